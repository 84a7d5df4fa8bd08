import { describe, expect, it } from 'vitest'
import { HostsFileError, otherEntries, withBlock } from './hosts-file.ts'

const own = '127.0.0.1 localhost\n::1 localhost ip6-localhost\n'

describe('the block of a hosts file', () => {
  it('comes to the end, and goes away again without a trace', () => {
    const written = withBlock(own, ['127.0.0.1 shop.test'])
    expect(written.startsWith(`${own}# portico: begin`)).toBe(true)
    expect(written).toMatch(/\n127\.0\.0\.1 shop\.test\n# portico: end\n$/)
    expect(withBlock(written, [])).toBe(own)
  })

  it('is replaced where it stands', () => {
    const first = `${withBlock(own, ['127.0.0.1 old.test', '127.0.0.1 older.test'])}10.0.0.1 printer\n`
    const second = withBlock(first, ['127.0.0.1 shop.test'])
    expect(second).toBe(`${withBlock(own, ['127.0.0.1 shop.test'])}10.0.0.1 printer\n`)
    expect(withBlock(second, ['127.0.0.1 shop.test'])).toBe(second)
    expect(withBlock(second, [])).toBe(`${own}10.0.0.1 printer\n`)
  })

  it('has the line breaks of the file, and begins on a line of its own', () => {
    const written = withBlock('127.0.0.1 localhost\r\n10.0.0.1 printer', ['127.0.0.1 shop.test'])
    expect(written).toMatch(/printer\r\n# portico: begin.*\r\n127\.0\.0\.1 shop\.test\r\n# portico: end\r\n$/)
    expect(written).not.toMatch(/[^\r]\n/)
  })

  it('that does not end is left alone, although another one ends after it', () => {
    const text = `${own}# portico: begin\n127.0.0.1 shop.test\n10.0.0.1 printer\n`
    expect(() => withBlock(text, [])).toThrow(HostsFileError)
    expect(() => withBlock(text + withBlock('', ['127.0.0.1 b.test']), [])).toThrow(HostsFileError)
  })
})

describe('entries outside the block', () => {
  it('are told when they lead a name elsewhere, with their lines in the whole file', () => {
    const text = `10.0.0.1 Shop.test other\n${withBlock('', ['127.0.0.1 shop.test'])}10.0.0.2 api.test # 127.0.0.1\n`
    expect(otherEntries(text, ['shop.test', 'api.test'], '127.0.0.1')).toEqual([
      { line: 1, address: '10.0.0.1', host: 'shop.test' },
      { line: 5, address: '10.0.0.2', host: 'api.test' },
    ])
  })

  it('are fine when they agree, are comments or of the other family', () => {
    const text = '127.0.0.1 shop.test\n# 10.0.0.1 shop.test\n::1 shop.test\n\n'
    expect(otherEntries(text, ['shop.test'], '127.0.0.1')).toEqual([])
  })
})
