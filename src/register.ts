/**
 * `plimsoll/register`: the preload. It watches a program from inside when `plimsoll run` has started it; loaded
 * otherwise it does nothing.
 */
import { startProbe } from './diagnose/probe/index.ts';

startProbe(process.env);
