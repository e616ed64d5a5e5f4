import { getPolicy } from '@health-kit/api';
import { findDiseaseProfile, type DiseaseProfile } from '@health-kit/policy';
import { useAnswer, type Answer } from '../answers/useAnswer.ts';
import type { CallValue } from '@health-kit/client';

/** The disease profile in force: which one, the server says; what is in it, packages/policy. */
export function useProfile(): { readonly answer: Answer<CallValue<typeof getPolicy>>; readonly profile: DiseaseProfile | undefined } {
  const answer = useAnswer(getPolicy, {});
  return { answer, profile: answer.data === undefined ? undefined : findDiseaseProfile(answer.data.profile.id) };
}
