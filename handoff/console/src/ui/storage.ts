/** One value in the browser's storage, as JSON. A browser that forbids storage behaves as an empty one. */
export function stored<T>(where: 'local' | 'session', name: string) {
  const shelf = (): Storage => (where === 'local' ? window.localStorage : window.sessionStorage);
  return {
    read(): T | null {
      try {
        const text = shelf().getItem(name);
        return text === null ? null : (JSON.parse(text) as T);
      } catch {
        return null;
      }
    },
    write(value: T): void {
      try {
        shelf().setItem(name, JSON.stringify(value));
      } catch {
        // full or forbidden: the value lives only as long as the page
      }
    },
    clear(): void {
      try {
        shelf().removeItem(name);
      } catch {
        // forbidden: nothing was kept
      }
    },
  };
}
