/** The officers and institutions of a city that tests specimens and works cases. */
import type { BodyOf, CaseId, inviteStaff } from '@health-kit/api';
import { StaffMember, type Resident } from '@health-kit/simulate';
import type { City } from './city.ts';

type Invitation = BodyOf<typeof inviteStaff>;

export interface Offices {
  readonly testSiteId: NonNullable<Invitation['institutionId']>;
  readonly laboratoryId: NonNullable<Invitation['institutionId']>;
  readonly sampler: StaffMember;
  readonly laboratory: StaffMember;
  readonly tracer: StaffMember;
  readonly medicalOfficer: StaffMember;
  /** Another officer with these roles. */
  enrol(roles: Invitation['roles'], unit: string, institutionId?: Invitation['institutionId']): Promise<StaffMember>;
  /** A barcode that was not used yet. */
  newBarcode(): string;
  /** Takes a specimen of a resident and reports it; returns its barcode. */
  test(resident: Resident, value: 'positive' | 'negative' | 'inconclusive'): Promise<string>;
  /** The newest case, opened; waits for it to be made. */
  openNewestCase(): Promise<CaseId>;
}

export async function openOffices(city: City): Promise<Offices> {
  const { administrator, world } = city;
  const { institutionId: testSiteId } = await administrator.registerInstitution('Riverside test site', 'test-site');
  const { institutionId: laboratoryId } = await administrator.registerInstitution('Central laboratory', 'laboratory');
  const enrol = async (roles: Invitation['roles'], unit: string, institutionId: Invitation['institutionId'] = null) => {
    const { code } = await administrator.invite({ name: `${roles.join(' and ')} of ${unit}`, office: 'Health office', unit, roles, institutionId });
    return StaffMember.enrol(world, code);
  };
  const sampler = await enrol(['sampler'], 'Sampling', testSiteId);
  const laboratory = await enrol(['laboratory'], 'Reporting', laboratoryId);
  const tracer = await enrol(['tracer'], 'Tracing');
  const medicalOfficer = await enrol(['medical-officer'], 'Orders');
  let tubes = 0;
  const offices: Offices = {
    testSiteId, laboratoryId, sampler, laboratory, tracer, medicalOfficer, enrol,
    newBarcode: () => `TUBE-${String((tubes += 1)).padStart(6, '0')}`,
    async test(resident, value) {
      const barcode = offices.newBarcode();
      await sampler.registerSpecimen(resident, barcode);
      await laboratory.submitResult(barcode, value);
      return barcode;
    },
    async openNewestCase() {
      // Setting the time, even to what it is, waits for the sweeps.
      await city.advance(0);
      const [newest] = await tracer.cases({ state: 'new' });
      if (newest === undefined) throw new Error('there is no new case');
      await tracer.openCase(newest.caseId);
      return newest.caseId;
    },
  };
  return offices;
}
