import { Checkbox, CheckboxGroup, Label } from 'react-aria-components';
import type { ContactHours } from '../api/types';
import { useWords } from '../messages/catalogue';
import { Button } from '../ui/button';
import { Field } from '../ui/field';
import { hoursLimit, type Weekday, weekdayKey, weekdays } from './contact-hours';

const usual: ContactHours = { weekdays: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '10:00', to: '14:00' };
/** A browser's clock knows no 24:00. */
const asClock = (to: string) => (to === '24:00' ? '00:00' : to);
const asEnd = (clock: string) => (clock === '00:00' ? '24:00' : clock);

function HoursRow({ row, number, onChange, onRemove }: { row: ContactHours; number: number; onChange: (row: ContactHours) => void; onRemove: () => void }) {
  const { t } = useWords();
  const choose = (chosen: string[]) => onChange({ ...row, weekdays: weekdays.filter((day) => chosen.includes(day)) });
  return (
    <li className="flex flex-col gap-3 rounded-8 border border-solid-gray-420 p-3">
      <CheckboxGroup value={row.weekdays} onChange={choose} className="flex flex-col gap-1.5">
        <Label className="text-dns-14N-130 text-solid-gray-700">{t('contact.hours.days', { number })}</Label>
        <div className="flex flex-wrap gap-1.5">
          {weekdays.map((day: Weekday) => (
            <Checkbox key={day} value={day}
              className="flex min-h-11 min-w-11 cursor-pointer items-center justify-center rounded-8 border border-solid-gray-420 px-2 hover:bg-solid-gray-50 data-[focus-visible]:outline-4 data-[selected]:border-key-900 data-[selected]:bg-key-900 data-[selected]:text-white">
              {t(weekdayKey(day))}
            </Checkbox>
          ))}
        </div>
      </CheckboxGroup>
      <div className="flex flex-wrap items-end gap-3">
        <Field label={t('contact.hours.from')} type="time" value={row.from} onChange={(from) => onChange({ ...row, from })} />
        <Field label={t('contact.hours.to')} type="time" value={asClock(row.to)} onChange={(to) => onChange({ ...row, to: asEnd(to) })} />
        <Button look="quiet" size="small" className="ml-auto" aria-label={t('contact.hours.remove', { number })} onPress={onRemove}>{t('contact.hours.remove.short')}</Button>
      </div>
    </li>
  );
}

/** When we may begin: days to tick, from and to, as many rows as she needs. */
export function ContactHoursRows({ hours, onChange }: { hours: ContactHours[]; onChange: (hours: ContactHours[]) => void }) {
  const { t } = useWords();
  return (
    <fieldset className="flex flex-col items-start gap-2">
      <legend className="text-std-16B-170">{t('contact.hours')}</legend>
      <p className="text-dns-14N-130 text-solid-gray-700">{t('contact.hours.lead')}</p>
      <ol className="flex w-full flex-col gap-2">
        {hours.map((row, at) => (
          <HoursRow key={at} row={row} number={at + 1} onChange={(changed) => onChange(hours.with(at, changed))} onRemove={() => onChange(hours.toSpliced(at, 1))} />
        ))}
      </ol>
      {hours.length < hoursLimit && <Button size="small" onPress={() => onChange([...hours, usual])}>{t('contact.hours.add')}</Button>}
    </fieldset>
  );
}
