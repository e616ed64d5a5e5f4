/**
 * What a guard hears and feels without looking: rising and short for "let in", low and long for "do not". Made
 * by oscillators, so that there is no file to load.
 */
type Signal = 'admit' | 'stop';

/** Tones as frequency in Hz, start and length in s. */
const tones: Readonly<Record<Signal, readonly (readonly [hertz: number, start: number, length: number])[]>> = {
  admit: [[880, 0, 0.09], [1318, 0.11, 0.14]],
  stop: [[220, 0, 0.22], [185, 0.28, 0.22], [165, 0.56, 0.34]],
};
/** Vibration and pauses, ms. */
const vibrations: Readonly<Record<Signal, number[]>> = { admit: [70], stop: [240, 90, 240, 90, 320] };

let context: AudioContext | null = null;

/** Wakes the sound; browsers allow it only out of a touch or key press. */
export function wakeSound(): void {
  if (!('AudioContext' in window)) return;
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume().catch(() => undefined);
}

/** Gives a signal; muted, it is felt and not heard. */
export function signal(kind: Signal, muted: boolean): void {
  // Before the first touch browsers refuse, and say so in the console.
  const touched = !('userActivation' in navigator) || navigator.userActivation.hasBeenActive;
  if ('vibrate' in navigator && touched) navigator.vibrate(vibrations[kind]);
  if (muted || context === null || context.state !== 'running') return;
  for (const [hertz, start, length] of tones[kind]) {
    const oscillator = context.createOscillator();
    const volume = context.createGain();
    const begin = context.currentTime + start;
    oscillator.type = kind === 'admit' ? 'sine' : 'square';
    oscillator.frequency.value = hertz;
    // A short rise and fall, without which a tone clicks.
    volume.gain.setValueAtTime(0, begin);
    volume.gain.linearRampToValueAtTime(kind === 'admit' ? 0.5 : 0.25, begin + 0.01);
    volume.gain.setValueAtTime(kind === 'admit' ? 0.5 : 0.25, begin + length - 0.03);
    volume.gain.linearRampToValueAtTime(0, begin + length);
    oscillator.connect(volume).connect(context.destination);
    oscillator.start(begin);
    oscillator.stop(begin + length);
  }
}
