import { useEffect, useState } from 'react';
import type { Ulid } from '../api/types';
import { Store, useStore } from '../ui/store';
import { drafts, writeDraft } from './drafts';
import type { Begun, FormName, Forms } from './forms';

export const begunIn = (id: Ulid): Begun => drafts.get()[id]?.begun ?? {};

/** Keeps `form` where the drafts of the reply box are, and as long as they: gone at sign-out and before another counselor. */
export function writeForm<Name extends FormName>(id: Ulid, name: Name, form: Forms[Name]): void {
  writeDraft(id, { begun: { ...begunIn(id), [name]: form } });
}

export function forgetForm(id: Ulid, name: FormName): void {
  const { [name]: _done, ...others } = begunIn(id);
  writeDraft(id, { begun: others });
}

/** The forms that are before the counselor's eyes now: what stands in them need not be told beside them. */
export const openForms = new Store<string[]>([]);
export const formKey = (id: Ulid, name: FormName) => `${id}/${name}`;

export interface BegunForm<Form> {
  form: Form;
  isRestored: boolean; // it was begun earlier, before the dialog was opened
  write: (change: Partial<Form>) => void;
  forget: () => void;
}

/** One dialog's form. It is kept with each key that is pressed: a session's end or a colleague may take the dialog away at any moment. */
export function useBegun<Name extends FormName>(id: Ulid, name: Name, nothing: Forms[Name]): BegunForm<Forms[Name]> {
  const kept = useStore(drafts)[id]?.begun?.[name] as Forms[Name] | undefined;
  const [isRestored] = useState(kept !== undefined);
  useEffect(() => {
    const key = formKey(id, name);
    openForms.set([...openForms.get(), key]);
    return () => openForms.set(openForms.get().filter((open) => open !== key));
  }, [id, name]);
  const write = (change: Partial<Forms[Name]>) => {
    const next = { ...nothing, ...(begunIn(id)[name] as Forms[Name] | undefined), ...change };
    if (JSON.stringify(next) === JSON.stringify(nothing)) forgetForm(id, name);
    else writeForm(id, name, next);
  };
  return { form: kept ?? nothing, isRestored, write, forget: () => forgetForm(id, name) };
}
