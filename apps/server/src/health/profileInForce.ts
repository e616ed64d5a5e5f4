import { covid19, type DiseaseProfile } from '@health-kit/policy';

/**
 * The disease profile that this city decides by. One at a time: status, tests
 * that count, infectious window and observation all follow from it, and the
 * vault signs passes under the same.
 */
export const profileInForce: DiseaseProfile = covid19;
