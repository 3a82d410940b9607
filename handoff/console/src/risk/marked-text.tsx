import type { RiskMark } from '../api/types';
import { piecesOf } from './spans';

/** Her words, with what made a rule speak underlined and coloured: never by colour alone. */
export function MarkedText({ text, mark }: { text: string; mark: RiskMark }) {
  return (
    <p className="words">
      {piecesOf(text, mark.spans).map(({ text: piece, reasons }, i) => (reasons.length === 0
        ? <span key={i}>{piece}</span>
        : <mark key={i} title={reasons.join('／')} className={`rounded-4 text-solid-gray-900 underline decoration-2 underline-offset-4 ${mark.level >= 3 ? 'bg-orange-100 decoration-error-2' : 'bg-yellow-100 decoration-yellow-900'}`}>{piece}</mark>))}
    </p>
  );
}
