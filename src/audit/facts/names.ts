/** What names say. Used only where the code itself cannot tell, and each list errs on the side of silence. */

const CLOSE_LIKE =
  /^[_#]?(?:on)?(?:close|destroy|dispose|stop|end|shutdown|shutDown|disconnect|terminate|teardown|tearDown|cleanup|cleanUp|release|kill|unsubscribe|detach|deactivate|uninstall|quit|finish|finalize|finalise|cancel|abort|reset|ngOnDestroy|OnDestroy|ModuleDestroy|ApplicationShutdown|Close|Destroy|Dispose|Stop|componentWillUnmount|disconnectedCallback)(?:[A-Z_].*)?$|^\[Symbol\.(?:asyncDispose|dispose)\]$/;

const FINAL =
  /^[_#]?(?:on)?(?:close|destroy|dispose|stop|shutdown|shutDown|disconnect|terminate|teardown|tearDown|ngOnDestroy|ModuleDestroy|ApplicationShutdown)(?:Async|All|Sync|Now)?$|^\[Symbol\.(?:asyncDispose|dispose)\]$/;

/** Whether a method's name says that it takes something down. */
export function isCloseLike(name: string): boolean {
  return CLOSE_LIKE.test(name);
}

/** Whether a method's name says that it ends the whole object. */
export function isFinal(name: string): boolean {
  return FINAL.test(name);
}

const SET_UP =
  /^[_#]?(?:main|bootstrap|boot|init|initialize|initialise|setup|setUp|install|register|configure|start|run|launch|activate|listen|serve|enable|mount|plugin|apply|load|prepare|wire|attach|hook|handle|bind|watch|on|add|graceful|default|create(?:App|Server|Application)|ensure|connect|open|ready|ngOnInit|onModuleInit|constructor)(?:[A-Z_].*)?$/;

/** Whether a function's name says that it is called once, when a program or an object starts. */
export function isSetUp(name: string): boolean {
  return SET_UP.test(name);
}

const REGISTRATION =
  /^[_#]?(?:register|use|define|install|configure|extend|mount|route|declare|provide|bind|alias|plugin|hook|init|initialize|setup|load|create(?:Type|Rule|Command)|import|enable|include|with|option|command|param|mixin|decorate|attach|implement|inject|require|compile|parse|build|visit|walk|collect|scan|generate|transform|render|print|format|serialize|deserialize|encode|decode|apply|merge|expect|describe|test|before|after)(?:[A-Z_].*|s)?$/;

/** Whether a function's name says that it fills a registry, or builds something that is then whole. */
export function isRegistration(name: string): boolean {
  return REGISTRATION.test(name);
}

/** Whether a function's name says that it turns one form of a thing into another, for each thing that comes. */
export function isConversion(name: string): boolean {
  return /^[_#]?(?:parse|format|serialize|deserialize|encode|decode|transform|render)(?:[A-Z_].*)?$/.test(name);
}

const FILLING =
  /^[_#]?(?:add|set|on|subscribe|append|read|emit|write|prepend|insert|push|create|put|store)(?:[A-Z_].*|s)?$/;

/** Whether a function's name says that it is given what to put in: as a registry is, or a cache. */
export function isFilling(name: string): boolean {
  return FILLING.test(name);
}

const LONG_LIVED =
  /(?:Server|Service|Manager|Pool|Client|Cache|Registry|Store|Storage|Broker|Tracker|Monitor|Hub|Router|Gateway|Agent|Scheduler|Queue|Engine|Controller|Provider|Repository|Watcher|Cluster|Network|Bus|Dispatcher|Proxy|Adapter|Driver|Channel|Connection|Connector|Worker|Coordinator|Supervisor|Limiter|Throttle|Collector|Reporter|Recorder|Metrics|Loader|Middleware|Bot|Daemon|Host|Backend|Transport|Integration|Sync|Chain|App|Application|Handler|Instrumentation|Socket|Peer|Node|Exporter|Logger|Relay|Session|Room|Namespace|Resolver|Ledger|Protocol|Producer|Consumer|Publisher|Subscriber)s?\d*$/i;

/** Whether a class's name says that its instances live long. */
export function isLongLived(name: string): boolean {
  return LONG_LIVED.test(name);
}

const SHORT_LIVED =
  /(?:Parser|Builder|Visitor|Compiler|Context|Scope|Formatter|Printer|Serializer|Encoder|Decoder|Reader|Writer|Tokenizer|Lexer|Walker|Transformer|Generator|Query|Request|Response|Options|Result|Error|Test|Mock|Fake|Schema|Table|Graph|Tree|Matrix|Document|Program|Chunk|Module|Plan|Report|Batch|Bundle|Job|Task|Command|Diff|Message|Packet|Frame|Transaction|State|Map|Set|List|Analyzer|Checker|Linter|Plugin)s?$/;

/** Whether a class's name says that its instances are made for one piece of work. */
export function isShortLived(name: string): boolean {
  return SHORT_LIVED.test(name);
}

/** The last word of a name, in small letters and the singular: `userIds` gives `id`. */
function lastWord(name: string): string {
  const words = name.replace(/^[_#$]+|(?<=[a-z])(?:String|Str|Hex)$|\d+$/g, '').split(/(?<=[a-z0-9])(?=[A-Z])|_/);
  const word = words.at(-1)!.toLowerCase();
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word;
}

const UNBOUNDED_KEYS: ReadonlySet<string> = new Set(
  'account addr address args block body channel chat cid client conn connection content counter customer date device digest domain email endpoint err error expr expression file filename filepath fingerprint game guid hash height hex host hostname href id ids index input ip job jwt key label labels message msg nonce number order origin path pathname pattern peer pid player prefix query ref remote req request room root seq sequence session sid signature socket source sql stack str stream string template tenant text thread time timestamp token topic tx txn uri url user uuid wallet ws'.split(
    ' ',
  ),
);

/** Whether a key's name says that its values come from outside and have no end. */
export function isUnboundedKey(name: string): boolean {
  return UNBOUNDED_KEYS.has(lastWord(name));
}

const PER_USE_KEYS: ReadonlySet<string> = new Set(
  'id uuid guid hash token nonce peer session socket conn connection request req message msg sid jwt tx txn addr address ip client ws cid hex'.split(
    ' ',
  ),
);

/** Whether a key's name says that there is a new one for each use: a request, a message, a connection. */
export function isPerUseKey(name: string): boolean {
  return PER_USE_KEYS.has(lastWord(name));
}

const BOUNDED_KEYS: ReadonlySet<string> = new Set(
  'alg algo algorithm attr attribute callback category cb charset cls cmd codec color column command constructor ctor currency dialect driver encoding entity env event ext extension feature field flag fn format func handler hook i j k kind klass lang language level listener locale metadata method middleware mime mode model n op operator option phase plugin prop property proto protocol prototype role rule schema scheme severity signal state status style table tag target theme type unit unitname verb version'.split(
    ' ',
  ),
);

/** Whether a key's name says that there are only so many of its values. */
export function isBoundedKey(name: string): boolean {
  return (
    BOUNDED_KEYS.has(lastWord(name)) ||
    /^(?:plugin|rule|class|module|field|type|event|method|column|table|route|model)Name$/.test(name)
  );
}
