/** Bytes that are a thumbnail as far as any code looks: a JPEG's beginning, and a content of its own. */
export function thumbnail(content = 1): Uint8Array<ArrayBuffer> {
  const image = new Uint8Array(400).fill(content);
  image.set([0xff, 0xd8, 0xff, 0xe0]);
  return image;
}
