import type { DiseaseProfile } from '../diseaseProfile.ts';
import { covid19 } from './covid-19.ts';
import { measles } from './measles.ts';

/** The profiles that ship with the system, newest version of each. */
export const diseaseProfiles: readonly DiseaseProfile[] = [covid19, measles];

/** The shipped profile of that id, or undefined. */
export function findDiseaseProfile(id: string): DiseaseProfile | undefined {
  return diseaseProfiles.find((profile) => profile.id === id);
}
