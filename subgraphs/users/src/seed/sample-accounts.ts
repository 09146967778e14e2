/**
 * The sample accounts, in the order of their numbers: other services' sample data refers to them by id.
 * Append only. Phone numbers come from ranges kept free for fiction (Ofcom, NANPA); addresses are of no one.
 */
import type { PostalAddress } from '../domain/address.ts';
import type { Role } from '../domain/roles.ts';

/** For local data only: everybody knows it. */
export const SAMPLE_PASSWORD = 'correct horse battery staple';

export interface SampleAccount {
  /** Before `@tributary.example`. */
  readonly mailbox: string;
  readonly displayName: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly locale: string;
  readonly phone?: string;
  readonly role: Role;
  readonly addresses: readonly PostalAddress[];
}

export const SAMPLE_ACCOUNTS: readonly SampleAccount[] = [
  staff('admin', 'ADMIN', 'Ingrid Solberg', 'Ingrid', 'Solberg', 'nb-NO'),
  staff('support', 'SUPPORT', 'Tomás Herrera', 'Tomás', 'Herrera', 'es-ES'),
  staff('catalog', 'CATALOG_MANAGER', '陳美玲', '美玲', '陳', 'zh-Hant-TW'),
  staff('finance', 'FINANCE', 'Olúwaṣeun Adéyemí', 'Olúwaṣeun', 'Adéyemí', 'en-NG'),
  customer('ada', 'Ada L.', 'Ada', 'Lovelace', 'en-GB', '+442079460101', [
    home('Ada Lovelace', '12 St James’s Square', 'London', 'SW1Y 4LB', 'GB'),
    {
      ...home('Ada Lovelace', '5 Analytical Row', 'Cambridge', 'CB2 1TN', 'GB'),
      company: 'Engine Works Ltd',
    },
  ]),
  customer('grace', 'Grace H.', 'Grace', 'Hopper', 'en-US', '+12025550107', [
    {
      ...home('Grace Hopper', '1906 Compiler Ave', 'Arlington', '22201', 'US'),
      line2: 'Apt 4B',
      region: 'VA',
    },
  ]),
  customer('bjork', 'Björk', 'Björk', 'Guðmundsdóttir', 'is-IS', undefined, [
    home('Björk Guðmundsdóttir', 'Laugavegur 101', 'Reykjavík', '101', 'IS'),
  ]),
  customer('yuki', '佐藤 雪', '雪', '佐藤', 'ja-JP', undefined, [
    { ...home('佐藤 雪', '千代田1-1-1', '千代田区', '100-0001', 'JP'), region: '東京都' },
  ]),
  customer('fatima', 'فاطمة الزهراء', 'فاطمة', 'الزهراء', 'ar-MA', undefined, [
    home('فاطمة الزهراء', '14 Rue de la Liberté', 'Casablanca', '20120', 'MA'),
  ]),
  customer('sean', 'Seán Ó Briain', 'Seán', 'Ó Briain', 'ga-IE', undefined, [
    home('Seán Ó Briain', '8 Sráid na Siopaí', 'Gaillimh', 'H91 X2F4', 'IE'),
  ]),
  customer('priya', 'Priya R.', 'Priya', 'Raghunathan', 'en-IN', undefined, [
    { ...home('Priya Raghunathan', '42 Residency Road', 'Bengaluru', '560025', 'IN'), region: 'Karnataka' },
  ]),
  customer('lukas', 'Lukas Großmann', 'Lukas', 'Großmann', 'de-DE', undefined, [
    home('Lukas Großmann', 'Weißenburger Straße 7', 'München', '81667', 'DE'),
    { ...home('Lukas Großmann', 'Am Kanal 3', 'Leipzig', '04229', 'DE'), company: 'Großmann & Söhne GmbH' },
  ]),
  customer('chloe', 'Chloé', 'Chloé', 'Lefèvre', 'fr-FR', undefined, [
    home('Chloé Lefèvre', '27 rue des Écluses', 'Lyon', '69001', 'FR'),
  ]),
  customer('mateo', 'Mateo Q.', 'Mateo', 'Quispe Mamani', 'es-BO', undefined, [
    home('Mateo Quispe Mamani', 'Calle Sagárnaga 215', 'La Paz', null, 'BO'),
  ]),
  customer('zofia', 'Zofia', 'Zofia', 'Wiśniewska', 'pl-PL', undefined, [
    home('Zofia Wiśniewska', 'ul. Świętojańska 18/3', 'Gdynia', '81-372', 'PL'),
  ]),
  customer('minjun', '김민준', '민준', '김', 'ko-KR', undefined, [
    home('김민준', '세종대로 110', '서울특별시', '04524', 'KR'),
  ]),
  customer('thandiwe', 'Thandi', 'Thandiwe', 'Nkosi', 'zu-ZA', undefined, [
    { ...home('Thandiwe Nkosi', '33 Florida Road', 'Durban', '4001', 'ZA'), region: 'KwaZulu-Natal' },
  ]),
  customer('olena', 'Олена', 'Олена', 'Шевченко', 'uk-UA', undefined, [
    home('Олена Шевченко', 'вул. Городоцька, 44', 'Львів', '79007', 'UA'),
  ]),
  customer('joao', 'João P.', 'João', 'Pereira da Conceição', 'pt-BR', undefined, [
    {
      ...home('João Pereira da Conceição', 'Rua das Laranjeiras, 90', 'Recife', '50030-230', 'BR'),
      region: 'PE',
    },
  ]),
  customer('eleni', 'Ελένη', 'Ελένη', 'Παπαδοπούλου', 'el-GR', undefined, [
    home('Ελένη Παπαδοπούλου', 'Ερμού 12', 'Αθήνα', '105 63', 'GR'),
  ]),
  customer('linh', 'Linh', 'Thị Linh', 'Nguyễn', 'vi-VN', undefined, [
    home('Nguyễn Thị Linh', '9 Phố Hàng Gai', 'Hà Nội', '100000', 'VN'),
  ]),
  customer('aroha', 'Aroha', 'Aroha', 'Te Whāiti', 'mi-NZ', undefined, [
    home('Aroha Te Whāiti', '21 Cuba Street', 'Wellington', '6011', 'NZ'),
  ]),
  customer('emre', 'Emre', 'Emre', 'Yıldırım', 'tr-TR', undefined, [
    home('Emre Yıldırım', 'İstiklal Caddesi 150', 'İstanbul', '34433', 'TR'),
  ]),
  customer('noor', 'Noor', 'Noor', 'van den Heuvel', 'nl-NL', undefined, [
    home('Noor van den Heuvel', 'Oudegracht 88', 'Utrecht', '3511 AV', 'NL'),
  ]),
  customer('isla', 'Isla M.', 'Isla', 'MacKenzie', 'en-CA', '+16135550142', [
    { ...home('Isla MacKenzie', '77 Rideau Lane', 'Ottawa', 'K1N 5X8', 'CA'), region: 'ON' },
  ]),
  // One who has not filled anything in yet: clients have to cope with an account without addresses.
  customer('kofi', 'Kofi', 'Kofi', 'Asante', 'en-GH', undefined, []),
];

function staff(
  mailbox: string,
  role: Role,
  displayName: string,
  givenName: string,
  familyName: string,
  locale: string,
): SampleAccount {
  return { mailbox, role, displayName, givenName, familyName, locale, addresses: [] };
}

function customer(
  mailbox: string,
  displayName: string,
  givenName: string,
  familyName: string,
  locale: string,
  phone: string | undefined,
  addresses: readonly PostalAddress[],
): SampleAccount {
  const account = {
    mailbox,
    role: 'CUSTOMER',
    displayName,
    givenName,
    familyName,
    locale,
    addresses,
  } as const;
  return phone === undefined ? account : { ...account, phone };
}

function home(
  recipientName: string,
  line1: string,
  city: string,
  postalCode: string | null,
  countryCode: string,
): PostalAddress {
  return {
    recipientName,
    company: null,
    line1,
    line2: null,
    city,
    region: null,
    postalCode,
    countryCode,
    phone: null,
  };
}
