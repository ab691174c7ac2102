// Imports the module it is given and ends: what remains is Node.js itself, and that module.
await import(process.argv[2]);
