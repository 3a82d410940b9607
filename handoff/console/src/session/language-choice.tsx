import { locales, useWords } from '../messages/catalogue';

/** Each language by its own name, so that one who cannot read the other finds it. */
export function LanguageChoice() {
  const { t, locale, choose } = useWords();
  return (
    <div role="group" aria-label={t('language.choose')} className="flex overflow-hidden rounded-8 border border-solid-gray-420 bg-white">
      {locales.map(({ id, name }) => (
        <button key={id} type="button" lang={id} aria-pressed={id === locale} onClick={() => choose(id)}
          className="min-h-9 cursor-pointer px-3 text-oln-14N-100 hover:bg-solid-gray-100 aria-pressed:bg-key-50 aria-pressed:text-key-1000 aria-pressed:font-bold">
          {name}
        </button>
      ))}
    </div>
  );
}
