// What every source of manifest files promises, as one suite. A source is handed in by the function that creates it.
import { execFile } from 'node:child_process'
import { mkdir, open, rename, rm, symlink, truncate, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { positionOf } from '../../src/diagnostics/place.ts'
import type { Source } from '../../src/sources/source.ts'
import { ingressManifest, manifestDirectory } from '../support/manifests.ts'
import { codesOf, ingressNames, startSource } from '../support/snapshot-log.ts'

const broken = 'kind: Ingress\nspec: [\n'

/** Declares the suite for a source over the files and directories at `paths`. */
export function describeSource(name: string, createSource: (paths: readonly string[]) => Source): void {
  describe(`source contract: ${name}`, () => {
    const start = (...paths: string[]) => startSource(createSource(paths))

    test('gives everything once before start resolves, by file path and then position', async () => {
      const directory = await manifestDirectory({
        'b.yaml': ingressManifest('three'),
        'a.yaml': `${ingressManifest('one')}---\n${ingressManifest('two')}`,
        'deep/er/c.yml': ingressManifest('four'),
        'deep/d.json': JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'five' } }),
        'notes.txt': 'no manifest',
        '.hidden.yaml': ingressManifest('hidden'),
        'node_modules/x/y.yaml': ingressManifest('foreign'),
      })
      const log = await start(directory.path)
      expect(log.all).toHaveLength(1)
      expect(ingressNames(log.latest)).toEqual(['one', 'two', 'three', 'four'])
      expect([...log.latest.resources.configMaps.keys()]).toEqual(['default/five'])
      expect(log.latest.changedFiles).toHaveLength(4)
    })

    test('rejects a path that does not exist', async () => {
      const directory = await manifestDirectory()
      await expect(start(directory.file('missing'))).rejects.toThrow('missing')
    })

    test('gives a snapshot for a file that is written, naming only that file', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      const before = log.latest.resources.ingresses[0]
      await directory.write('new/b.yaml', ingressManifest('b'))
      const snapshot = await log.until(({ resources }) => resources.ingresses.length === 2)
      expect(snapshot.changedFiles).toEqual([directory.file('new/b.yaml')])
      expect(snapshot.resources.ingresses[0]).toBe(before)
    })

    test('keeps the identity of unchanged documents in a changed file and moves their lines', async () => {
      const directory = await manifestDirectory({
        'a.yaml': `${ingressManifest('a')}---\n${ingressManifest('b')}`,
      })
      const log = await start(directory.path)
      const before = log.latest.resources.ingresses[1]!
      expect(before.meta.place.document.startLine).toBe(17)
      await directory.replace(
        'a.yaml',
        `# one more line\n${ingressManifest('c')}---\n${ingressManifest('b')}`,
      )
      const snapshot = await log.until(({ resources }) => resources.ingresses[0]!.meta.name === 'c')
      expect(snapshot.resources.ingresses[1]).toBe(before)
      expect(before.meta.place.document.startLine).toBe(18)
    })

    test('notices a file renamed over another one', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      for (const name of ['b', 'c', 'd']) {
        await directory.replace('a.yaml', ingressManifest(name))
        await log.until(snapshot => ingressNames(snapshot)[0] === name)
      }
      expect(log.all.map(ingressNames)).toEqual([['a'], ['b'], ['c'], ['d']])
    })

    test('drops the objects of a deleted file', async () => {
      const directory = await manifestDirectory({
        'a.yaml': ingressManifest('a'),
        'b.yaml': ingressManifest('b'),
      })
      const log = await start(directory.path)
      await unlink(directory.file('a.yaml'))
      const snapshot = await log.until(({ resources }) => resources.ingresses.length === 1)
      expect(ingressNames(snapshot)).toEqual(['b'])
      expect(snapshot.changedFiles).toEqual([directory.file('a.yaml')])
    })

    test('keeps the last good objects of a file that breaks and says since when, until it is mended', async () => {
      const directory = await manifestDirectory({
        'a.yaml': ingressManifest('a'),
        'b.yaml': ingressManifest('b'),
      })
      const startedAt = Date.now()
      const log = await start(directory.path)
      await directory.write('a.yaml', broken)
      await directory.write('b.yaml', ingressManifest('changed'))
      const kept = await log.until(
        snapshot => snapshot.keptFiles.length === 1 && ingressNames(snapshot)[1] === 'changed',
      )
      expect(ingressNames(kept)).toEqual(['a', 'changed'])
      expect(kept.keptFiles[0]).toMatchObject({ file: directory.file('a.yaml'), errorCount: 1 })
      const { since, brokenSince } = kept.keptFiles[0]!
      expect(since.getTime()).toBeGreaterThanOrEqual(startedAt)
      expect(brokenSince.getTime()).toBeGreaterThan(since.getTime())
      expect(codesOf(kept)).toEqual(['yaml-syntax'])
      await directory.write('a.yaml', ingressManifest('mended'))
      const mended = await log.until(snapshot => snapshot.keptFiles.length === 0)
      expect(ingressNames(mended)).toEqual(['mended', 'changed'])
      expect(mended.diagnostics).toEqual([])
    })

    test('uses the documents that parse of a file that is broken from the first', async () => {
      const directory = await manifestDirectory({
        'a.yaml': `${ingressManifest('a')}---\n${broken}---\n${ingressManifest('b')}`,
      })
      const log = await start(directory.path)
      expect(ingressNames(log.latest)).toEqual(['a', 'b'])
      expect(codesOf(log.latest)).toEqual(['yaml-syntax'])
      expect(log.latest.keptFiles).toEqual([])
    })

    test('never shows a file that is half written', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      const file = await open(directory.file('a.yaml'), 'w')
      for (const line of ingressManifest('b').split(/(?<=\n)/)) {
        await file.write(line)
        await file.datasync()
      }
      await file.close()
      await log.until(snapshot => ingressNames(snapshot)[0] === 'b')
      for (const snapshot of log.all) {
        expect(snapshot.diagnostics).toEqual([])
        expect(snapshot.resources.ingresses[0]!.rules).toHaveLength(1)
      }
    })

    test.for([
      ['emptied', ''],
      ['cut off after a document', `${ingressManifest('a')}---\n`],
    ] as const)('drops nothing while a file is %s that is then written on', async ([, partial]) => {
      const whole = `${ingressManifest('a')}---\n${ingressManifest('b')}`
      const directory = await manifestDirectory({ 'a.yaml': whole, 'c.yaml': ingressManifest('c') })
      const log = await start(directory.path)
      await directory.write('a.yaml', partial)
      // Each of these changes goes live while the file is as it is.
      for (const name of ['d', 'e', 'f', 'g']) {
        await directory.write('c.yaml', ingressManifest(name))
        await log.until(snapshot => ingressNames(snapshot).includes(name))
      }
      await directory.write('a.yaml', whole.replaceAll('name: b', 'name: h'))
      await log.until(snapshot => ingressNames(snapshot).includes('h'))
      for (const snapshot of log.all) expect(ingressNames(snapshot)).toHaveLength(3)
    })

    test('drops the objects of an emptied file at a rescan without waiting', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      await directory.write('a.yaml', '')
      await log.source.rescan()
      expect(ingressNames(log.latest)).toEqual([])
    })

    test('keeps everything of a directory that vanishes and picks it up when it is back', async () => {
      const parent = await manifestDirectory({ 'in/a.yaml': ingressManifest('a') })
      const log = await start(parent.file('in'))
      await rename(parent.file('in'), parent.file('away'))
      const gone = await log.until(snapshot => codesOf(snapshot).includes('path-missing'))
      expect(ingressNames(gone)).toEqual(['a'])
      await writeFile(parent.file('away/a.yaml'), ingressManifest('b'))
      await rename(parent.file('away'), parent.file('in'))
      const back = await log.until(snapshot => ingressNames(snapshot)[0] === 'b')
      expect(back.diagnostics).toEqual([])
      await parent.write('in/a.yaml', ingressManifest('c'))
      await log.until(snapshot => ingressNames(snapshot)[0] === 'c')
    })

    test('loses no change while another path is a link to itself', async () => {
      const parent = await manifestDirectory({
        'a/one.yaml': ingressManifest('one'),
        'b/two.yaml': ingressManifest('two'),
      })
      const log = await start(parent.file('a'), parent.file('b'))
      await rename(parent.file('b'), parent.file('away'))
      await symlink('b', parent.file('b'))
      await parent.write('a/three.yaml', ingressManifest('three'))
      const added = await log.until(snapshot => ingressNames(snapshot).includes('three'))
      expect(ingressNames(added)).toEqual(['one', 'three', 'two'])
      await log.until(snapshot => codesOf(snapshot).includes('file-unreadable'))
      await unlink(parent.file('b'))
      await rename(parent.file('away'), parent.file('b'))
      const back = await log.until(snapshot => snapshot.diagnostics.length === 0)
      expect(ingressNames(back)).toEqual(['one', 'three', 'two'])
    })

    test('says when the look at what changed began', async () => {
      const before = performance.now()
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      const started = performance.now()
      expect(log.latest.startedAt).toBeGreaterThanOrEqual(before)
      expect(log.latest.startedAt).toBeLessThan(started)
      await log.source.rescan()
      expect(log.latest.startedAt).toBeGreaterThanOrEqual(started)
    })

    test('says of a named path that it holds no object, and nothing of files in a directory', async () => {
      const directory = await manifestDirectory({
        'values.yaml': 'replicas: 3',
        'list.yaml': '- a\n- b',
        'empty.json': '',
        'in/a.yaml': ingressManifest('a'),
      })
      const all = await start(directory.path)
      expect(all.latest.diagnostics).toEqual([])
      const log = await start(
        directory.file('values.yaml'),
        directory.file('list.yaml'),
        directory.file('in'),
      )
      expect(codesOf(log.latest)).toEqual(['nothing-read', 'document-stray'])
      await directory.remove('in/a.yaml')
      await log.until(snapshot => codesOf(snapshot).length === 3)
      await directory.write('in/a.yaml', broken)
      await log.until(snapshot => codesOf(snapshot).includes('yaml-syntax'))
      expect(codesOf(log.latest)).toEqual(['yaml-syntax', 'nothing-read', 'document-stray'])
    })

    test('does not say of a link that it holds nothing while its target is named too', async () => {
      const directory = await manifestDirectory({ 'in/a.yaml': ingressManifest('a') })
      await symlink('in', directory.file('link'))
      const log = await start(directory.file('in'), directory.file('link'))
      expect(log.latest.diagnostics).toEqual([])
    })

    test('drops the objects of a subdirectory that is removed', async () => {
      const directory = await manifestDirectory({
        'sub/a.yaml': ingressManifest('a'),
        'b.yaml': ingressManifest('b'),
      })
      const log = await start(directory.path)
      await rm(directory.file('sub'), { recursive: true })
      const snapshot = await log.until(({ resources }) => resources.ingresses.length === 1)
      expect(ingressNames(snapshot)).toEqual(['b'])
    })

    test('follows the swap of a mounted ConfigMap', async () => {
      const mount = await manifestDirectory({ '..2026_01/shop.yaml': ingressManifest('a') })
      await symlink('..2026_01', mount.file('..data'))
      await symlink(join('..data', 'shop.yaml'), mount.file('shop.yaml'))
      const log = await start(mount.path)
      let old = '..2026_01'
      for (const name of ['b', 'c']) {
        await mount.write(`..2026_${name}/shop.yaml`, ingressManifest(name))
        await symlink(`..2026_${name}`, mount.file('..data_tmp'))
        await rename(mount.file('..data_tmp'), mount.file('..data'))
        await rm(mount.file(old), { recursive: true })
        old = `..2026_${name}`
        const swapped = await log.until(snapshot => ingressNames(snapshot)[0] === name)
        expect(swapped.diagnostics).toEqual([])
      }
      expect(log.all.map(ingressNames)).toEqual([['a'], ['b'], ['c']])
    })

    test('follows links to files and directories elsewhere, and survives links in a circle', async () => {
      const elsewhere = await manifestDirectory({
        'a.yaml': ingressManifest('a'),
        'dir/b.yaml': ingressManifest('b'),
      })
      const directory = await manifestDirectory()
      await symlink(elsewhere.file('a.yaml'), directory.file('linked.yaml'))
      await symlink(elsewhere.file('a.yaml'), directory.file('linked-again.yaml'))
      await symlink(elsewhere.file('dir'), directory.file('dir'))
      await symlink(directory.path, directory.file('circle'))
      const log = await start(directory.path)
      expect(ingressNames(log.latest).sort()).toEqual(['a', 'b'])
      expect(log.latest.diagnostics).toEqual([])
      await elsewhere.write('a.yaml', ingressManifest('c'))
      await log.until(snapshot => ingressNames(snapshot).includes('c'))
    })

    test('warns about links that lead nowhere and about pipes', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      await symlink('nowhere.yaml', directory.file('dangling.yaml'))
      await symlink('nowhere', directory.file('dangling'))
      await promisify(execFile)('mkfifo', [directory.file('pipe.yaml')])
      const log = await start(directory.path)
      expect(ingressNames(log.latest)).toEqual(['a'])
      expect(codesOf(log.latest)).toEqual(['file-unreadable', 'file-unreadable'])
      await unlink(directory.file('pipe.yaml'))
      await log.until(snapshot => codesOf(snapshot).length === 1)
      await directory.write('nowhere.yaml', ingressManifest('b'))
      const found = await log.until(({ resources }) => resources.ingresses.length === 2)
      expect(found.diagnostics).toEqual([])
    })

    test('rejects a path that is a pipe', async () => {
      const directory = await manifestDirectory()
      await promisify(execFile)('mkfifo', [directory.file('pipe')])
      await expect(start(directory.file('pipe'))).rejects.toThrow('pipe')
    })

    test('makes few snapshots of a burst of 1,000 files', async () => {
      const directory = await manifestDirectory()
      const log = await start(directory.path)
      await mkdir(directory.file('many'))
      await Promise.all(
        Array.from({ length: 1000 }, (_, index) =>
          directory.write(`many/${index}.yaml`, ingressManifest(`app-${index}`)),
        ),
      )
      await log.until(({ resources }) => resources.ingresses.length === 1000)
      expect(log.all.length).toBeLessThanOrEqual(5)
    })

    test('reports a file that is no text and serves the others', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      await writeFile(directory.file('binary.yaml'), Buffer.from([0xff, 0xfe, 0, 1, 2]))
      await mkdir(directory.file('directory.yaml'))
      const log = await start(directory.path)
      expect(ingressNames(log.latest)).toEqual(['a'])
      expect(codesOf(log.latest)).toEqual(['file-unreadable'])
    })

    test('refuses a file above 64 MB and keeps its last good version', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      await truncate(directory.file('a.yaml'), 64 * 1024 * 1024 + 1)
      const kept = await log.until(snapshot => snapshot.keptFiles.length === 1)
      expect(ingressNames(kept)).toEqual(['a'])
      expect(codesOf(kept)).toEqual(['file-unreadable'])
    })

    test('tells equal documents of one file apart', async () => {
      const directory = await manifestDirectory({
        'a.yaml': ['', ingressManifest('a'), ingressManifest('a')].join('---\n'),
      })
      const log = await start(directory.path)
      await directory.replace(
        'a.yaml',
        ['', ingressManifest('b'), ingressManifest('a'), ingressManifest('a')].join('---\n'),
      )
      const snapshot = await log.until(({ resources }) => resources.ingresses.length === 2)
      expect(snapshot.diagnostics.map(({ code, place }) => [code, positionOf(place!).line])).toEqual([
        ['duplicate-object', 36],
      ])
    })

    test('follows a link that is itself the path', async () => {
      const releases = await manifestDirectory({
        '1/a.yaml': ingressManifest('a'),
        '2/a.yaml': ingressManifest('b'),
      })
      await symlink('1', releases.file('current'))
      const log = await start(releases.file('current'))
      await symlink('2', releases.file('next'))
      await rename(releases.file('next'), releases.file('current'))
      await log.until(snapshot => ingressNames(snapshot)[0] === 'b')
    })

    test('watches a single file, whatever its name', async () => {
      const directory = await manifestDirectory({
        manifest: ingressManifest('a'),
        'other.yaml': ingressManifest('other'),
      })
      const log = await start(directory.file('manifest'))
      expect(ingressNames(log.latest)).toEqual(['a'])
      await directory.replace('manifest', ingressManifest('b'))
      await log.until(snapshot => ingressNames(snapshot)[0] === 'b')
      await directory.write('manifest', ingressManifest('c'))
      await log.until(snapshot => ingressNames(snapshot)[0] === 'c')
    })

    test('gives a snapshot for a rescan even if nothing changed', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      await log.source.rescan()
      expect(log.all).toHaveLength(2)
      expect(log.latest.changedFiles).toEqual([])
      expect(log.latest.resources.ingresses[0]).toBe(log.all[0]!.resources.ingresses[0])
    })

    test('gives no snapshot for a file that is written again as it was', async () => {
      const directory = await manifestDirectory({ 'a.yaml': ingressManifest('a') })
      const log = await start(directory.path)
      await directory.write('a.yaml', ingressManifest('a'))
      await directory.write('b.yaml', ingressManifest('b'))
      await log.until(({ resources }) => resources.ingresses.length === 2)
      expect(log.all).toHaveLength(2)
      expect(log.latest.changedFiles).toEqual([directory.file('b.yaml')])
    })
  })
}
