import type { ListName, Ulid } from './types';

/** The names of what is kept in the query cache, in one place, so that a change knows what to fetch again. */
export const keys = {
  me: ['me'] as const,
  desk: ['desk'] as const,
  staff: ['staff'] as const,
  line: ['line'] as const,
  audit: ['audit'] as const,
  dismissedMarks: ['dismissed-marks'] as const,
  lists: ['list'] as const,
  list: (holder: ListName) => ['list', holder] as const,
  conversations: ['conversation'] as const,
  conversation: (id: Ulid) => ['conversation', id] as const,
  logs: ['log'] as const,
  log: (id: Ulid) => ['log', id] as const,
};
