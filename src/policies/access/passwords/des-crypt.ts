// The traditional crypt(3): 25 times DES over a block of zeros, with a salt of twelve bits. Eight characters of a password
// count, seven bits of each. Node's DES knows no salt, so here is one that works on single bits: 0.3 ms a hash, and plain.
import { cryptAlphabet } from './crypt-base64.ts'

// The tables of FIPS 46-3; positions count from 1, as there.
const initialPermutation = permutationOf([58, 60, 62, 64, 57, 59, 61, 63])
const finalPermutation = initialPermutation.map((_, i) => initialPermutation.indexOf(i + 1) + 1)
// biome-ignore format: eight rows of six
const expansion = [
  32, 1, 2, 3, 4, 5, 4, 5, 6, 7, 8, 9, 8, 9, 10, 11, 12, 13, 12, 13, 14, 15, 16, 17,
  16, 17, 18, 19, 20, 21, 20, 21, 22, 23, 24, 25, 24, 25, 26, 27, 28, 29, 28, 29, 30, 31, 32, 1,
]
// biome-ignore format: as in the standard
const roundPermutation = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10,
  2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4, 25,
]
// biome-ignore format: as in the standard
const keyChoice1 = [
  57, 49, 41, 33, 25, 17, 9, 1, 58, 50, 42, 34, 26, 18, 10, 2, 59, 51, 43, 35, 27, 19, 11, 3, 60, 52, 44, 36,
  63, 55, 47, 39, 31, 23, 15, 7, 62, 54, 46, 38, 30, 22, 14, 6, 61, 53, 45, 37, 29, 21, 13, 5, 28, 20, 12, 4,
]
// biome-ignore format: as in the standard
const keyChoice2 = [
  14, 17, 11, 24, 1, 5, 3, 28, 15, 6, 21, 10, 23, 19, 12, 4, 26, 8, 16, 7, 27, 20, 13, 2,
  41, 52, 31, 37, 47, 55, 30, 40, 51, 45, 33, 48, 44, 49, 39, 56, 34, 53, 46, 42, 50, 36, 29, 32,
]
const keyShifts = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1]
/** A hexadecimal digit for each value: four rows of sixteen for each of the eight boxes. */
const substitutions = [
  'e4d12fb83a6c5907 0f74e2d1a6cb9538 41e8d62bfc973a50 fc8249175b3ea06d',
  'f18e6b34972dc05a 3d47f28ec01a69b5 0e7ba4d158c6932f d8a13f42b67c05e9',
  'a09e63f51dc7b428 d709346a285ecbf1 d6498f30b12c5ae7 1ad069874fe3b52c',
  '7de3069a1285bc4f d8b56f03472c1ae9 a690cb7df13e5284 3f06a1d8945bc72e',
  '2c417ab6853fd0e9 eb2c47d150fa3986 421bad78f9c5630e b8c71e2d6f09a453',
  'c1af92680d34e75b af427c9561de0b38 9ef528c3704a1db6 432c95fabe17608d',
  '4b2ef08d3c975a61 d0b7491ae35c2f86 14bdc37eaf680592 6bd814a7950fe23c',
  'd2846fb1a93e50c7 1fd8a374c56b0e92 7b419ce206adf358 21e74a8dfc90356b',
].map(rows => Array.from(rows.replaceAll(' ', ''), digit => Number.parseInt(digit, 16)))

/** The whole hash text of 13 characters, the salt's two first. */
export function desCrypt(password: Buffer, salt: string): string {
  const keys = roundKeys(keyBits(password))
  const salted = saltedExpansion(salt)
  let block = new Array<number>(64).fill(0)
  for (let i = 0; i < 25; i++) block = encrypt(block, keys, salted)
  return salt + encode(block)
}

/** Eight characters, seven bits of each and one that DES does not look at. */
function keyBits(password: Buffer): number[] {
  const bits = new Array<number>(64).fill(0)
  for (let i = 0; i < Math.min(8, password.length); i++) {
    for (let bit = 0; bit < 7; bit++) bits[i * 8 + bit] = (password[i]! >> (6 - bit)) & 1
  }
  return bits
}

function roundKeys(key: readonly number[]): readonly (readonly number[])[] {
  const chosen = permute(key, keyChoice1)
  let left = chosen.slice(0, 28)
  let right = chosen.slice(28)
  return keyShifts.map(shift => {
    left = [...left.slice(shift), ...left.slice(0, shift)]
    right = [...right.slice(shift), ...right.slice(0, shift)]
    return permute([...left, ...right], keyChoice2)
  })
}

/** Each bit that is set in the salt swaps two places of the expansion, 24 apart. */
function saltedExpansion(salt: string): readonly number[] {
  const salted = [...expansion]
  for (let i = 0; i < 2; i++) {
    const bits = cryptAlphabet.indexOf(salt[i]!)
    for (let bit = 0; bit < 6; bit++) {
      const place = i * 6 + bit
      if ((bits >> bit) & 1) [salted[place], salted[place + 24]] = [salted[place + 24]!, salted[place]!]
    }
  }
  return salted
}

function encrypt(
  block: readonly number[],
  keys: readonly (readonly number[])[],
  salted: readonly number[],
): number[] {
  const permuted = permute(block, initialPermutation)
  let left = permuted.slice(0, 32)
  let right = permuted.slice(32)
  for (const key of keys) {
    const mixed = permute(substitute(permute(right, salted), key), roundPermutation)
    const next = left.map((bit, i) => bit ^ mixed[i]!)
    left = right
    right = next
  }
  return permute([...right, ...left], finalPermutation)
}

/** Eight groups of six bits become four each; the outer two bits choose the row. */
function substitute(expanded: readonly number[], key: readonly number[]): number[] {
  const bits: number[] = []
  for (let box = 0; box < 8; box++) {
    const at = (i: number) => expanded[box * 6 + i]! ^ key[box * 6 + i]!
    const row = at(0) * 2 + at(5)
    const column = at(1) * 8 + at(2) * 4 + at(3) * 2 + at(4)
    const value = substitutions[box]![row * 16 + column]!
    bits.push((value >> 3) & 1, (value >> 2) & 1, (value >> 1) & 1, value & 1)
  }
  return bits
}

function permute(bits: readonly number[], places: readonly number[]): number[] {
  return places.map(place => bits[place - 1]!)
}

function permutationOf(starts: readonly number[]): readonly number[] {
  return starts.flatMap(start => [0, 1, 2, 3, 4, 5, 6, 7].map(step => start - 8 * step))
}

/** Eleven characters of six bits, high bits first; the last two bits are zero. */
function encode(block: readonly number[]): string {
  let text = ''
  for (let i = 0; i < 66; i += 6) {
    let value = 0
    for (let bit = i; bit < i + 6; bit++) value = value * 2 + (block[bit] ?? 0)
    text += cryptAlphabet[value]
  }
  return text
}
