// Sessions by token, and the two ways of ending one: the first forgets to let go.
const sessions = new Map();

class Session {
  constructor(token) {
    this.token = token;
    this.history = Array.from({ length: 100 }, () => token);
  }

  get length() {
    return this.history.length;
  }
}

function open(token) {
  const session = new Session(token);
  sessions.set(token, session);
  return session;
}

function end(token) {
  sessions.delete(token);
}

module.exports = { open, end };
