/** The token: in the memory of this page alone. It comes by the link's fragment, which no server sees, or is typed in. */

const FRAGMENT = /^#token=([\w.~+/-]+=*)$/;

/** Takes the token out of the address, so that it is in no history, bookmark or screenshot. */
export function takeTokenFromAddress(): string | null {
  const token = FRAGMENT.exec(location.hash)?.[1] ?? null;
  if (token !== null) history.replaceState(history.state, '', location.pathname + location.search);
  return token;
}
