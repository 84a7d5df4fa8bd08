// Manifest text to a table, with what was found on the way, for tests that start with YAML.

import type { Compilation } from '../../src/compile/compilation.ts'
import { createCompiler } from '../../src/compile/compile.ts'
import type { CompileOptions } from '../../src/compile/options.ts'
import { compileOptions } from './compile.ts'
import { readManifest } from './read-manifest.ts'

/** Compiles a text once. */
export function compileManifest(text: string, options: Partial<CompileOptions> = {}): Compilation {
  return createCompiler(compileOptions(options)).compile(readManifest(text).resources)
}
