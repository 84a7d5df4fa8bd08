// `latin1Slice` is part of every Buffer since the first Node and missing from its type declarations. It is what
// `toString('latin1')` ends in, without the detour through encoding names.

interface Buffer {
  latin1Slice(start?: number, end?: number): string
}
