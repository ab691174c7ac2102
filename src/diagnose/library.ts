/** `plimsoll/diagnose`: what holds the objects that a `RetentionWatcher` has found. */
export {
  explainRetained,
  type ExplainRetainedOptions,
  type RetainedExplanation,
  type RetainedObject,
  type RetainedSource,
} from './explain-retained.ts';
