// Ids for the development server, in the shape of openapi.yaml's Ulid.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let count = 0;

export function nextId() {
  count += 1;
  let rest = count;
  let tail = '';
  for (let i = 0; i < 8; i += 1) {
    tail = alphabet[rest % 32] + tail;
    rest = Math.floor(rest / 32);
  }
  return `01JDDEV00000000000${tail}`;
}
