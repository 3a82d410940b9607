import type { Colleague, Conversation } from '../api/types';

const emergencyLevel = 3;

/** As handoff/roster/capacity.h: who talks with as many as she can still takes a person in danger. Another emergency of hers is known to the server alone. */
export function hasRoom({ holding, capacity }: Colleague, { risk_level, priority }: Pick<Conversation, 'risk_level' | 'priority'>): boolean {
  return holding < capacity || risk_level >= emergencyLevel || priority === 'emergency';
}
