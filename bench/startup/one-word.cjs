// Says one word and ends: what remains is Node.js itself, and the preload.
console.log('done');
