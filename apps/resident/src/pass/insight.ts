/** What the pass page loads after the pass itself: the rules, and what is said of a pass by them. */
export { PassWarning } from './PassWarning.tsx';
export { StatusReasons } from './StatusReasons.tsx';
export { TestFreshnessLine } from './TestFreshnessLine.tsx';
