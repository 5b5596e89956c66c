/** Languages that residents are likelier to speak, each by the plain words that hold its sentences together. */
const tongues: Readonly<Record<string, string>> = {
  es: `el la los las un una unos unas que qué y es está están estoy son soy fue de del al por para con sin se su sus mi
    mis tu nos lo le les ya muy pero como cómo cuando cuándo donde dónde quiero puedo puede hay tengo tiene tenemos
    vamos este esta esto eso todo todos nada también gracias señor hola en más si sí ni ha han hace hasta porque desde
    gusta agua renta alquiler apartamento casa cocina baño puerta llave ayer hoy mañana mes semana casero dueño
    reparar arreglar arreglo funciona roto rota favor buenos buenas días tardes necesito nadie vino otra vez aquí
    contesta textos pagar vivir calefacción calefaccion voy te me ruido frío frio calor mudar mudarme mudamos enero febrero
    marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre bano dueno manana tambien arriba abajo vecino
    vecinos hijo hijos hija esposo esposa trabajo siempre nunca poco mucho mucha años ratón ratones cucarachas luz`,
  fr: `le la les un une je j'ai il elle nous vous ils et est sont du de des au aux dans pour avec pas ne que qui sur ce cette
    mon ma mes votre notre bonjour bonsoir merci très bien suis ai avez c'est n'est l'eau d'eau plus tout ça fait depuis
    hier loyer appartement chauffage cherche clé clef eau chaude fuite voisin quand comment pourquoi encore toujours
    personne n'y s'il plaît voudrais payer ascenseur panne`,
  vi: `tôi anh chị em không có là và của cho này đã được từ nhà chưa rồi xin chào cảm ơn muốn hỏi với một các nước toi khong
    máy lạnh hư bị ơi tháng tiền thuê căn hộ phòng mất việc nuoc nha chua cam on thue tien`,
  pt: `o os um uma não nao é e eu você voce meu minha está com por em na nas do dos da das mas isso obrigado obrigada já
    ainda liguei vezes duas torneira pingando aluguel apartamento água agua quando preciso posso vou mudar olá bom dia
    boa tarde quebrado quebrou ninguém veio consertar para`,
  de: `der die das den dem ist sind ich nicht und ein eine einen mit auf für wir haben habe mein meine bitte danke zu von
    es schon wieder kaputt heizung wohnung miete wasser warmes seit gestern keine kein wann kommt guten tag wie warum
    noch immer ausziehen kündigen nachbar schlüssel aufzug`,
  it: `il lo gli di che non è sono ho ha per con una mio mia questo grazie buongiorno buonasera quando arriva tecnico
    acqua calda affitto appartamento casa ancora rotto rotta riscaldamento perdita vorrei ciao della nel alla`,
  tl: `ang ng mga po ko sa ay na hindi ako ito ba kasi salamat walang wala tubig dito namin mula kahapon kami namin ninyo
    upa bahay sira pa rin kailan paano opo nasira ayaw gusto bayad bukas lang naman yung hanggang meron may`,
  ht: `mwen pa gen ap nan li ou pou yo ki sa kay mèsi chalè dlo apatman lwaye bonjou tanpri depi kounye a lajan travay fè
    ankò m`,
  pl: `nie jest się na że mam proszę w z do dziękuję kiedy będzie ciepła woda dzień dobry czynsz mieszkanie jak dlaczego
    już od wczoraj ogrzewanie nadal działa zepsuty`,
  so: `waa aad iyo ma ku ka aan guriga biyo kirada buu baan waxaan mahadsanid qabow yahay ilaa shalay lacag xun`,
  ro: `nu este și și sunt am ai mă să cu din pentru apă caldă chirie apartament bună ziua mulțumesc când încă iar de ieri`,
  nl: `het een niet is van ik je mijn wij en met voor huur woning verwarming kapot dank wel alstublieft wanneer nog
    steeds geen sinds gisteren waterkraan lekt`,
  sv: `det är inte jag och en ett har på för med min vi lägenhet hyra värme vatten tack hej när fortfarande sönder`,
  tr: `bir ve bu için çok değil var yok ne zaman su kira daire ısıtma bozuk teşekkürler merhaba lütfen hala dün`,
  id: `tidak ada saya di dan yang ini itu untuk sudah belum dengan air panas sewa rumah kapan terima kasih tolong masih
    rusak kami`,
  sw: `hakuna maji nyumba yangu kodi na ya wa ni kwa asante habari tafadhali lini bado tangu jana siwezi kulipa`,
  hi: `hai nahi nahin paani kya mera meri kiraya ghar kab theek karo aaya bhi aur namaste dhanyavaad`,
  hmn: `tsis muaj dej kuv koj peb thiab lub tsev nyob ua tsaug`,
  sq: `nuk ka ujë është dhe për me një jam qira faleminderit kur ende`,
  sr: `nije nema vode je i da sam u se za stan grijanje hvala kada još uvek ne radi`,
  hu: `nem van és egy az meleg víz lakás fűtés köszönöm mikor még mindig lakbér`,
  da: `det er ikke jeg og en et har på for med til som men vi mig min mit huset lejlighed husleje varmt vand varmen ikke nogen
    hvornår hvorfor hej tak venligst stadig dage igen`,
  nb: `det er ikke jeg og en et har på for med til som men vi meg min mitt leilighet husleie varmt vann varmen noen når hvorfor
    hei takk fortsatt dager igjen`,
  fi: `ei ole se on ja minä minun meillä vesi lämmin vuokra asunto kiitos moi milloin vieläkin tämä mutta kun että hana vuotaa`,
  cs: `není je to se na že jsem už ještě v z do děkuji prosím dobrý den teplá voda nájem byt kdy proč nefunguje topení`,
  ca: `no hi ha aigua i amb els les és gràcies lloguer pis bon dia`,
};

/** Languages that are told by how they are written. */
const scripts: readonly (readonly [RegExp, string])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, 'ja'],
  [/\p{Script=Hangul}/u, 'ko'],
  [/\p{Script=Han}/u, 'zh'],
  [/[іїєґ]/iu, 'uk'],
  [/\p{Script=Cyrillic}/u, 'ru'],
  [/[ٹڈڑںے]/u, 'ur'],
  [/[پچژگ]/u, 'fa'],
  [/\p{Script=Arabic}/u, 'ar'],
  [/\p{Script=Devanagari}/u, 'hi'],
  [/\p{Script=Bengali}/u, 'bn'],
  [/\p{Script=Gurmukhi}/u, 'pa'],
  [/\p{Script=Gujarati}/u, 'gu'],
  [/\p{Script=Tamil}/u, 'ta'],
  [/\p{Script=Telugu}/u, 'te'],
  [/\p{Script=Thai}/u, 'th'],
  [/\p{Script=Hebrew}/u, 'he'],
  [/\p{Script=Greek}/u, 'el'],
  [/\p{Script=Ethiopic}/u, 'am'],
  [/\p{Script=Khmer}/u, 'km'],
  [/\p{Script=Myanmar}/u, 'my'],
  [/\p{Script=Armenian}/u, 'hy'],
  [/\p{Script=Georgian}/u, 'ka'],
];

const listed = Object.entries(tongues).map(([code, list]) => [code, new Set(list.split(/\s+/))] as const);
/** What English writes too tells nothing. */
const shared = new Set(
  `a i is it in an on of so no me we do can the and but was for he to at be am my or us if up by as go van air die den
  men was wie of has had not this that all son sale more most come dam pay man par per main ha ma o e ai may m ya`.split(
    /\s+/,
  ),
);

/** Words of any of these languages that English does not have. */
export const tongueWords: ReadonlySet<string> = new Set(
  listed.flatMap(([, list]) => [...list].filter((word) => !shared.has(word))),
);

/** A best guess at a language that is not English, ISO 639; `und` where nothing tells. */
export function guessTongue(words: readonly string[]): string {
  const script = scripts.find(([sign]) => words.some((word) => sign.test(word)));
  if (script) return script[1];
  const counts = listed.map(([code, list]) => [code, words.filter((word) => list.has(word)).length] as const);
  const [best] = counts.toSorted(([, one], [, other]) => other - one);
  return best && best[1] > 0 ? best[0] : 'und';
}
