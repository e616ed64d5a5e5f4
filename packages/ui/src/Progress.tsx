import styles from './Progress.module.css';

export interface ProgressProps {
  /** What is under way. */
  readonly label: string;
  /** How far it is in words, where the share alone says too little. */
  readonly words?: string;
  /** Share done, 0 to 1; absent where it is not known. */
  readonly share?: number;
}

/** A bar as wide as its place: how far it is, or that something is under way. */
export function Progress({ label, words, share }: ProgressProps) {
  return <progress className={styles.progress} aria-label={label} aria-valuetext={words} {...(share === undefined ? {} : { value: share, max: 1 })} />;
}
