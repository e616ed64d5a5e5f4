import { MAX_VISIT_TERM_DAYS } from '@health-kit/policy';

/** Days that visits live after their own; then their partitions are dropped and the vault destroys the day's keys. */
export const visitRetentionDays = MAX_VISIT_TERM_DAYS;
