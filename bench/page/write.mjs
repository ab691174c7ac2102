#!/usr/bin/env node
// node bench/page/write.mjs    writes docs/performance.md from the figures in bench/results
import fs from 'node:fs';
import path from 'node:path';
import { root } from '../lib/paths.mjs';
import { makePage } from './page.mjs';

fs.writeFileSync(path.join(root, 'docs', 'performance.md'), await makePage());
