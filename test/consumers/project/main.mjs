import { problems } from './imports.mjs';

console.log(JSON.stringify(await problems()));
