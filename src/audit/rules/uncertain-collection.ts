import { defineRule, type Rule } from '../rule.ts';
import { growing, GROWTH_TEXT } from './growing-collection.ts';

export const uncertainCollection: Rule = defineRule(
  'uncertain-collection',
  {
    ...GROWTH_TEXT,
    preset: 'strict',
    description: 'Collections that only grow, where neither the key nor the holder says clearly that there is no end',
  },
  (facts) => growing(facts, 'low'),
);
