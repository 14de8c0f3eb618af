declare module 'virtual:locale/*' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
declare module 'virtual:console-locale/*' {
  const texts: Readonly<Record<string, string>>;
  export default texts;
}
