import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { connection } from '../api/client';
import { stored } from '../ui/storage';
import en from './en.json';
import { fill, type Values } from './fill';
import ja from './ja.json';

export type MessageKey = keyof typeof ja;
export type Locale = 'ja' | 'en';

const catalogues: Record<Locale, Record<MessageKey, string>> = { ja, en };
export const locales: { id: Locale; name: string }[] = [
  { id: 'ja', name: ja['language.name'] },
  { id: 'en', name: en['language.name'] },
];

export interface Words {
  locale: Locale;
  choose(locale: Locale): void;
  t(key: MessageKey, values?: Values): string;
  /** The word for `key` if the catalogue has it, else `otherwise`: for ids that configuration may extend. */
  known(key: string, otherwise: string): string;
}

const WordsContext = createContext<Words | null>(null);

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('useWords outside of Catalogue');
  return words;
}

const remembered = stored<Locale>('local', 'tsunagi.locale');

export function Catalogue({ children }: { children: ReactNode }) {
  const [locale, setLocale] = useState<Locale>(() => (remembered.read() === 'en' ? 'en' : 'ja'));
  connection.useLanguage(locale); // before the first child asks the server

  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);

  const words = useMemo<Words>(() => {
    const catalogue = catalogues[locale];
    return {
      locale,
      choose: (chosen) => {
        remembered.write(chosen);
        setLocale(chosen);
      },
      t: (key, values) => fill(catalogue[key] ?? key, values), // a newer server may name what this page does not know
      known: (key, otherwise) => (key in catalogue ? catalogue[key as MessageKey] : otherwise),
    };
  }, [locale]);

  return (
    <WordsContext value={words}>
      <I18nProvider locale={locale === 'ja' ? 'ja-JP' : 'en-GB'}>{children}</I18nProvider>
    </WordsContext>
  );
}
