/** What a scope gives back for things that have no object of their own. */
export interface Held {
  /** Ends it now and takes it out of the scope; does nothing once it is over. */
  dispose(): void;
  [Symbol.dispose](): void;
}
