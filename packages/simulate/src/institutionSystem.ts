import { getSmartConfiguration, issueInstitutionToken, submitFhirBundle, type InstitutionId, type InstitutionPublicKey } from '@health-kit/api';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { defaultTestCode, type ResultValue, type StaffMember } from './staffMember.ts';
import { connect, instant, perform, type World } from './world.ts';

/** SNOMED CT codes of a qualitative result, as laboratories report them. */
const resultCodings = {
  positive: { system: 'http://snomed.info/sct', code: '260373001', display: 'Detected' },
  negative: { system: 'http://snomed.info/sct', code: '260415000', display: 'Not detected' },
  inconclusive: { system: 'http://snomed.info/sct', code: '419984006', display: 'Inconclusive' },
} as const;

/** A laboratory's own information system: a client of SMART Backend Services that reports by FHIR R4. */
export class InstitutionSystem {
  readonly world: World;
  readonly clientId: InstitutionId;
  readonly #kid: string;
  readonly #privateKey: CryptoKey;
  #token: { readonly text: string; readonly expiresAtMs: number } | null = null;

  private constructor(world: World, clientId: InstitutionId, kid: string, privateKey: CryptoKey) {
    this.world = world;
    this.clientId = clientId;
    this.#kid = kid;
    this.#privateKey = privateKey;
  }

  /** Makes a key, and has an officer of the laboratory register its public half and an administrator confirm it. */
  static async register(laboratory: StaffMember, name: string): Promise<InstitutionSystem> {
    return InstitutionSystem.#make(laboratory, (key) => laboratory.registerKey(name, key));
  }
  /** As {@link InstitutionSystem.register}, but nobody confirms it. */
  static async registerAlone(laboratory: StaffMember, name: string): Promise<InstitutionSystem> {
    return InstitutionSystem.#make(laboratory, (key) => laboratory.registerKeyAlone(name, key));
  }
  static async #make(laboratory: StaffMember, register: (key: InstitutionPublicKey) => Promise<{ readonly clientId: InstitutionId; readonly kid: string }>): Promise<InstitutionSystem> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const { x, y } = await exportJWK(publicKey);
    if (x === undefined || y === undefined) throw new TypeError('a P-256 key has two coordinates');
    const { clientId, kid } = await register({ kty: 'EC', crv: 'P-256', x, y });
    return new InstitutionSystem(laboratory.world, clientId, kid, privateKey);
  }

  /** Which key it is, as administrators name it. */
  get key(): { readonly institutionId: InstitutionId; readonly kid: string } {
    return { institutionId: this.clientId, kid: this.#kid };
  }

  /** An access token: the one at hand, or a new one by a signed client assertion (RFC 7523; SMART App Launch 2, "Client Authentication: Asymmetric"). */
  async token(): Promise<string> {
    const nowMs = this.world.clock.now();
    if (this.#token !== null && nowMs < this.#token.expiresAtMs) return this.#token.text;
    const configuration = await perform(connect(this.world), getSmartConfiguration, {});
    const endpoint = configuration['token_endpoint'];
    const scopes = configuration['scopes_supported'];
    if (typeof endpoint !== 'string') throw new TypeError('the SMART configuration names no token endpoint');
    const nowSeconds = Math.floor(nowMs / 1000);
    const assertion = await new SignJWT({ jti: crypto.randomUUID() })
      .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: this.#kid })
      .setIssuer(this.clientId).setSubject(this.clientId).setAudience(endpoint).setIssuedAt(nowSeconds).setExpirationTime(nowSeconds + 240)
      .sign(this.#privateKey);
    const token = await perform(connect(this.world), issueInstitutionToken, { body: {
      grant_type: 'client_credentials', scope: Array.isArray(scopes) ? scopes.join(' ') : 'system/*.c',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', client_assertion: assertion,
    } });
    // Renewed half a minute early, so that no request outlives its token.
    this.#token = { text: token.access_token, expiresAtMs: nowMs + (token.expires_in - 30) * 1000 };
    return token.access_token;
  }

  /** Reports results as one transaction Bundle; returns the server's Bundle. */
  async submit(results: readonly { readonly barcode: string; readonly value: ResultValue; readonly performedAt?: number }[]): Promise<unknown> {
    const connection = connect(this.world, { ticket: await this.token() });
    const answer = await perform(connection, submitFhirBundle, { body: resultBundle(results.map((result) => ({
      barcode: result.barcode, value: result.value, performedAt: result.performedAt ?? this.world.clock.now(),
    }))) }, { deadlineMs: 30_000 });
    const bundle: unknown = JSON.parse(new TextDecoder().decode(answer));
    return bundle;
  }
}

/** A FHIR R4 transaction Bundle with Specimen, Observation and DiagnosticReport for each result, times in epoch ms. It names no patient: the specimen's barcode says whose it is. */
export function resultBundle(results: readonly { readonly barcode: string; readonly value: ResultValue; readonly performedAt: number }[]): Record<string, unknown> {
  const entry = (fullUrl: string, resourceType: string, content: Record<string, unknown>) =>
    ({ fullUrl, resource: { resourceType, ...content }, request: { method: 'POST', url: resourceType } });
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: results.flatMap(({ barcode, value, performedAt }) => {
      const [specimen, observation, report] = [newUrn(), newUrn(), newUrn()];
      const code = { coding: [{ system: 'http://loinc.org', code: defaultTestCode }] };
      const at = instant(performedAt);
      return [
        entry(specimen, 'Specimen', { accessionIdentifier: { value: barcode } }),
        entry(observation, 'Observation', {
          status: 'final', code, specimen: { reference: specimen }, effectiveDateTime: at, issued: at, valueCodeableConcept: { coding: [resultCodings[value]] },
        }),
        entry(report, 'DiagnosticReport', {
          status: 'final', code, specimen: [{ reference: specimen }], result: [{ reference: observation }], effectiveDateTime: at, issued: at,
        }),
      ];
    }),
  };
}

function newUrn(): string {
  return `urn:uuid:${crypto.randomUUID()}`;
}
