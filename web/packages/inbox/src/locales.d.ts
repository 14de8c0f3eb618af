declare module 'virtual:locale/*' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
