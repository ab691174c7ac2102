// The module that everything is measured against.
export const nothing = null;
