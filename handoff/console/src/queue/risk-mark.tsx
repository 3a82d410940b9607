import type { Row } from '../api/types';
import { type MessageKey, useWords } from '../messages/catalogue';
import type { IconName } from '../ui/icon';
import { Tag, type TagLook } from '../ui/tag';

interface Mark {
  look: TagLook;
  icon: IconName;
  words: MessageKey;
}

const byRisk: Record<number, Mark> = {
  2: { look: 'soft', icon: 'info', words: 'risk.2' },
  3: { look: 'strong', icon: 'alert', words: 'risk.3' },
  4: { look: 'loud', icon: 'emergency', words: 'risk.4' },
};
const byPriority: Partial<Record<Row['priority'], Mark>> = {
  soon: { look: 'calm', icon: 'clock', words: 'priority.soon' },
  high: { look: 'strong', icon: 'alert', words: 'priority.high' },
  emergency: { look: 'loud', icon: 'emergency', words: 'priority.emergency' },
};

type Marked = Pick<Row, 'risk_level' | 'risk_categories' | 'priority'>;

/** The risk, or where there is none the urgency, as icon and words. A low risk is quiet: a list full of marks has none. */
export function RiskMark({ row }: { row: Marked }) {
  const { t, known } = useWords();
  const mark = byRisk[row.risk_level] ?? byPriority[row.priority];
  if (!mark) return null;
  const categories = row.risk_level >= 2 ? row.risk_categories.map((id) => known(`risk_category.${id}`, id)) : [];
  return (
    <>
      <Tag look={mark.look} icon={mark.icon}>{t(mark.words)}</Tag>
      {categories.map((words) => <Tag key={words}>{words}</Tag>)}
    </>
  );
}
