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

/**
 * No name and no word of anybody: others may see this screen (practice.md 12). Each one is shown anew, though only the newest stays in the
 * system's list. `stays`: until somebody has seen it.
 */
export function showNotice(title: string, body: string, stays = false): void {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  try {
    const options: NotificationOptions & { renotify: boolean } = { body, tag: 'tsunagi', renotify: true, requireInteraction: stays, icon: '/console/icon.svg' };
    const notice = new Notification(title, options);
    notice.onclick = () => {
      window.focus();
      notice.close();
    };
  } catch {
    // Android's browsers know Notification but forbid its constructor: the title and the sound remain
  }
}

const tones = [{ hertz: 660, atSeconds: 0 }, { hertz: 880, atSeconds: 0.16 }];
const leaveMs = 1_000; // where a browser lets a page sound, it does so sooner
let audio: AudioContext | undefined;
let newest = 0;

/** False once the browser has kept a sound back: it lets no page sound that nobody has touched since it was loaded. */
export const soundAllowed = new Store(true);

function play(device: AudioContext): void {
  for (const { hertz, atSeconds } of tones) {
    const start = device.currentTime + atSeconds;
    const loudness = device.createGain();
    loudness.gain.setValueAtTime(0, start);
    loudness.gain.linearRampToValueAtTime(0.12, start + 0.02);
    loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.3);
    const tone = new OscillatorNode(device, { frequency: hertz });
    tone.connect(loudness).connect(device.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  }
}

/** Two soft tones, made here: no file to load, no loud surprise. What was kept back does not sound later, all at once. */
export function playNotice(): void {
  try {
    audio ??= new AudioContext();
    const device = audio;
    newest += 1;
    const mine = newest;
    const late = setTimeout(() => soundAllowed.set(false), leaveMs);
    device.resume().then(() => {
      clearTimeout(late);
      soundAllowed.set(true);
      if (mine === newest) play(device);
    }, () => {});
  } catch {
    // no sound device
  }
}
