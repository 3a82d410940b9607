import type { Content, Entry, Me, Media } from '../api/types';
import { useWords, type Words } from '../messages/catalogue';
import { MarkedText } from '../risk/marked-text';
import { formatTime } from '../ui/time';
import type { Edited } from './arrange';
import { authorWords } from './entry-line';

/** What was sent, in words, where it is no plain text. */
export function contentWords(content: Content, t: Words['t']): string {
  switch (content.type) {
    case 'sticker': {
      const words = content.text || (content.keywords ?? []).slice(0, 3).join('・');
      return words ? t('entry.sticker', { words }) : t('entry.sticker.plain');
    }
    case 'image':
    case 'video':
    case 'audio':
      return t(`entry.${content.type}`);
    case 'file':
      return content.file_name ? t('entry.file', { name: content.file_name }) : t('entry.file.plain');
    case 'location': {
      const place = [content.title, content.address].filter(Boolean).join(' ');
      return place ? t('entry.location', { place }) : t('entry.location.plain');
    }
    case 'postback':
      return content.label ? t('entry.postback', { label: content.label }) : t('entry.postback.plain');
    case 'followed':
    case 'unfollowed':
    case 'unsent':
      return t(`entry.${content.type}`);
    case 'text':
      return content.text ?? '';
    default:
      return t('entry.other', { label: content.label ?? content.type });
  }
}

function Quote({ quoted, me }: { quoted: NonNullable<Entry['quoted']>; me: Me }) {
  const { t } = useWords();
  const { author, text, content } = quoted;
  return (
    <blockquote className="mb-1.5 border-l-4 border-solid-gray-420 pl-2 text-dns-14N-130 text-solid-gray-800">
      <p>{author ? t('entry.quoted', { name: authorWords({ author }, me, t) }) : t('entry.quoted.plain')}</p>
      <p className="words line-clamp-3">{text || (content ? contentWords(content, t) : t('entry.quoted.gone'))}</p>
    </blockquote>
  );
}

/** The picture itself, a link to a recording or file, or why neither is there. */
function MediaView({ media, words }: { media: Media; words: string }) {
  const { t } = useWords();
  if (media.state === 'waiting') return <p className="text-solid-gray-700">{t('entry.media.waiting')}</p>;
  if (media.state !== 'ready' || !media.url) return <p className="words text-solid-gray-800">{media.text ?? t('entry.media.elsewhere')}</p>;
  const link = { href: media.url, target: '_blank', rel: 'noopener noreferrer' };
  if (media.inline) {
    return (
      <a {...link} className="mt-1 block">
        <img src={media.url} alt={words} loading="lazy" className="max-h-80 max-w-full rounded-8" />
      </a>
    );
  }
  return <p><a {...link} className="underline">{t('entry.media.open', { name: media.file_name ?? words })}</a></p>;
}

function Words({ text, risk }: Pick<Entry, 'text' | 'risk'>) {
  return risk && !risk.dismissed ? <MarkedText text={text} mark={risk} /> : <p className="words">{text}</p>;
}

/** What she said before she changed it, and what that answered: staff may need it, and it stays until she withdraws it. */
function Before({ versions, me }: { versions: Pick<Entry, 'seq' | 'text' | 'risk' | 'quoted'>[]; me: Me }) {
  const { t } = useWords();
  return (
    <details className="mt-1.5 border-t border-solid-gray-300 pt-1.5 text-dns-14N-130 text-solid-gray-800" data-before-edit>
      <summary className="cursor-pointer">{t('entry.edited.before')}</summary>
      {versions.map(({ seq, text, risk, quoted }) => (
        <div key={seq}>{quoted && <Quote quoted={quoted} me={me} />}<Words text={text} risk={risk} /></div>
      ))}
    </details>
  );
}

interface Props {
  entry: Entry;
  edited?: Edited | undefined; // what became of it
  me: Me;
}

export function EntryContent({ entry, edited, me }: Props) {
  const { t, locale } = useWords();
  const { content, quoted, edits, text, quick_replies } = entry;
  if (edited && content?.type !== 'unsent') {
    return (
      <>
        <p className="text-dns-14N-130 text-solid-gray-700" data-edited>{t('entry.edited', { time: formatTime(edited.now.at, 'clock', locale) })}</p>
        <Words text={edited.now.text} risk={edited.now.risk} />
        <Before versions={[entry, ...edited.between]} me={me} />
      </>
    );
  }
  const shows = content && content.type !== 'text';
  const isOurs = entry.kind === 'outbound' && content?.media !== undefined; // shown as itself: whether it came to her LINE does not tell
  return (
    <>
      {quoted && <Quote quoted={quoted} me={me} />}
      {shows && !isOurs && <p className={content.type === 'unsent' ? 'text-solid-gray-700 italic' : 'words text-solid-gray-800'}>{content.type === 'unsent' && entry.event ? entry.event.text : contentWords(content, t)}</p>}
      {content?.media && <MediaView media={content.media} words={isOurs ? text : contentWords(content, t)} />}
      {edits && <p className="text-dns-14N-130 text-solid-gray-700" data-edit>{t('entry.edit')}</p>}
      {text && !(isOurs && !content.media?.inline) && (!shows || content.type !== 'unsent') && <Words text={text} risk={entry.risk} />}
      {edits && edits.text !== '' && <Before versions={[{ seq: edits.seq ?? 0, text: edits.text, risk: null, quoted: null }]} me={me} />}
      {quick_replies.length > 0 && (
        <p className="mt-1.5 border-t border-solid-gray-300 pt-1.5 text-dns-14N-130 text-solid-gray-700">
          {t('entry.choices')} {quick_replies.join('／')}
        </p>
      )}
    </>
  );
}
