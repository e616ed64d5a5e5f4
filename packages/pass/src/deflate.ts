import { concatBytes, copyBytes, type Bytes } from './bytes.ts'

async function readAll(stream: ReadableStream<Uint8Array>, maximumBytes: number): Promise<Bytes> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = stream.getReader()
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length
    if (length > maximumBytes) {
      await reader.cancel()
      throw new RangeError('the stream is longer than allowed')
    }
    chunks.push(next.value)
  }
  return concatBytes(...chunks)
}

function streamOf(bytes: Uint8Array): ReadableStream<Bytes> {
  return new Blob([copyBytes(bytes)]).stream()
}

/** Compresses as ZLIB (RFC 1950). */
export function deflate(bytes: Uint8Array): Promise<Bytes> {
  return readAll(streamOf(bytes).pipeThrough(new CompressionStream('deflate')), Number.MAX_SAFE_INTEGER)
}

/** Undoes {@link deflate}; null for bad data or more than `maximumBytes` of result. */
export async function inflate(compressed: Uint8Array, maximumBytes: number): Promise<Bytes | null> {
  try {
    return await readAll(streamOf(compressed).pipeThrough(new DecompressionStream('deflate')), maximumBytes)
  } catch {
    return null
  }
}
