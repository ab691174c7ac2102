const { problems } = require('./requires.cjs');

void problems().then((found) => console.log(JSON.stringify(found)));
