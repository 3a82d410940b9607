import { useEffect } from 'react';
import type { Me, Row } from '../api/types';
import { noticeChoice, playNotice } from '../queue/notice';

const alarmLevel = 3;
const blinkEveryMs = 1_000;
const soundEveryMs = 10_000;

/** Whom the alarm is for: everybody on duty, and supervisors always. */
export function hearsAlarm(me: Me): boolean {
  return me.permissions.lists.includes('queue') && (me.counselor.on_duty || me.permissions.may_take_over);
}

/** Those in danger whom nobody has taken, the most urgent first, as the queue is ordered. */
export function alarmsOf(queue: Row[]): Row[] {
  return queue.filter((row) => row.risk_level >= alarmLevel && row.holder.kind === 'queue');
}

/** While somebody in danger is not taken the title blinks, and the sound repeats where this device may make one. */
export function useAlarmRepeats(isOn: boolean, alarmTitle: string, plainTitle: string): void {
  useEffect(() => {
    document.title = isOn ? alarmTitle : plainTitle;
    if (!isOn) return undefined;
    const blinking = setInterval(() => { document.title = document.title === alarmTitle ? plainTitle : alarmTitle; }, blinkEveryMs);
    const sounding = setInterval(() => { if (noticeChoice.get().sound) playNotice(); }, soundEveryMs);
    return () => {
      clearInterval(blinking);
      clearInterval(sounding);
      document.title = plainTitle;
    };
  }, [isOn, alarmTitle, plainTitle]);
}
