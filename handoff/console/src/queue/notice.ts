import { stored } from '../ui/storage';
import { Store } from '../ui/store';

/** What this device may do when somebody begins to wait. Nothing, until the counselor says so. */
export interface NoticeChoice {
  sound: boolean;
  desktop: boolean;
}

const kept = stored<NoticeChoice>('local', 'tsunagi.notices');

class ChoiceStore extends Store<NoticeChoice> {
  override set(choice: NoticeChoice): void {
    super.set(choice);
    kept.write(choice);
  }
}

export const noticeChoice = new ChoiceStore({ sound: false, desktop: false, ...kept.read() });

export function desktopRefused(): boolean {
  return !('Notification' in window) || Notification.permission === 'denied';
}

export async function askDesktop(): Promise<boolean> {
  if (!('Notification' in window)) return false;
  return (await Notification.requestPermission()) === 'granted';
}

/** No name and no word of anybody: others may see this screen (practice.md 12). */
export function showNotice(title: string, body: string): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const notice = new Notification(title, { body, tag: 'tsunagi', icon: '/console/icon.svg' });
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // Android's browsers know Notification but forbid its constructor: the title and the sound remain
  }
}

const tones = [{ hertz: 660, atSeconds: 0 }, { hertz: 880, atSeconds: 0.16 }];
let audio: AudioContext | undefined;

/** Two soft tones, made here: no file to load, no loud surprise. */
export function playNotice(): void {
  try {
    audio ??= new AudioContext();
    void audio.resume();
    for (const { hertz, atSeconds } of tones) {
      const start = audio.currentTime + atSeconds;
      const loudness = audio.createGain();
      loudness.gain.setValueAtTime(0, start);
      loudness.gain.linearRampToValueAtTime(0.12, start + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
      const tone = new OscillatorNode(audio, { frequency: hertz });
      tone.connect(loudness).connect(audio.destination);
      tone.start(start);
      tone.stop(start + 0.32);
    }
  } catch {
    // no sound device
  }
}
