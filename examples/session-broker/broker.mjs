// Three tenants, two places: who comes last waits or pushes out the one used least recently; one overspends its budget.
import { SessionBroker } from 'plimsoll/session';

const broker = new SessionBroker({
  name: 'tenants',
  maxSessions: 2,
  perSession: '1MB',
  components: { cache: '512KB', renderer: '256KB' },
  store: { maxEntries: 20 },
  onFull: 'closeLeastRecent',
});
broker.events.on('alert', ({ level, message }) => console.log(`${level}: ${message}`));
broker.events.on('closed', ({ id, cause }) => console.log(`${id} closed (${cause})`));

for (const id of ['ada', 'bob', 'cleo']) {
  const session = await broker.open(id);
  session.store.set('profile', { id, seen: new Date().toISOString() });
  session.scope.setInterval(() => console.log(`${id} is still here`), '1h');
  session.scope.defer(() => console.log(`${id} lets go of everything`));
}

const bob = broker.get('bob');
bob.budget.charge('renderer', '220KB'); // beyond 80 %
if (!bob.budget.tryCharge('renderer', '64KB')) console.log('bob renders a smaller page');
console.log(`bob uses ${Math.round(bob.usage().utilisation * 100)} % of its budget`);

console.log(`ada is ${broker.has('ada') ? 'here' : 'gone'}; ${broker.size} of 2 places are taken`);
await broker.shutdown();
