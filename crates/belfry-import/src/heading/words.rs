//! The words that headings are made of, in English, German, French, Spanish, Italian, Portuguese, Dutch and Polish,
//! written as `heading::plain` leaves them. Owns the list; refuses words that mean something else just as often
//! ("Nr.", "Typ", "Nummer").

use super::Field;

/// Separated by spaces; the best words of each field come first.
const WORDS: &[(Field, &str)] = &[
    (
        Field::ExternalId,
        "externalid externeid extid userid benutzerid personid personenid ticketnr ticketno ticketnumber \
         ticketnummer ticketid ticketcode numerodebillet numerobillet numerodeentrada numerobiglietto \
         numerodelbiglietto numerodobilhete numerodebilhete numerbiletu nrbiletu attendeeid attendeeno \
         attendeenumber participantid participantno teilnehmernr teilnehmernummer teilnehmerid \
         teilnehmendennr teilnehmendennummer numerodeparticipant numerodeparticipante codicepartecipante \
         deelnemersnummer deelnemernummer deelnemernr deelnemersnr numeruczestnika iduczestnika \
         registrationid registrationno registrationnumber anmeldenummer anmeldenr registrierungsnummer \
         numerodinscription numeroinscription numerodeinscripcion numerodeinscricao inschrijfnummer \
         employeeid employeeno employeenumber staffid personalnummer personalnr mitarbeiternummer \
         mitarbeiternr mitarbeiterid matricule numerodeempleado matricola matricula personeelsnummer \
         numerpracownika memberid memberno membernumber mitgliedsnummer mitgliedsnr mitgliedernummer \
         numerodadherent numerodesocio numerotessera lidnummer numerczlonkowski customerid customerno \
         customernumber kundennummer kundennr numeroclient numerodeclient numerodecliente codicecliente \
         klantnummer numerklienta identifier identifiant identificador identificativo identificatie \
         identyfikator id",
    ),
    (
        Field::Email,
        "email mail emailaddress mailaddress emailadresse mailadresse emailadress emailadres adresemail \
         adressemail adresseemail adressedemessagerie courriel adressecourriel mel correoelectronico \
         correo direcciondecorreo direcciondecorreoelectronico direccionemail emailcorreo \
         postaelettronica indirizzoemail indirizzomail indirizzodipostaelettronica correioeletronico \
         correioelectronico enderecodeemail enderecoemail enderecoeletronico pocztaelektroniczna \
         adresmailowy emailgeschaftlich workemail businessemail emailpro primaryemail contactemail email1",
    ),
    (
        Field::GivenName,
        "givenname firstname forename vorname vornamen rufname givennames namefirst prenom prenoms \
         nombredepila nombres primernombre nomedibattesimo primeironome nomeproprio voornaam roepnaam \
         voornamen imie imiona",
    ),
    (
        Field::FamilyName,
        "familyname lastname surname nachname familienname zuname namelast nomdefamille patronyme \
         apellido apellidos primerapellido cognome apelido apelidos sobrenome sobrenomes ultimonome \
         achternaam familienaam nazwisko",
    ),
    (
        Field::Name,
        "fullname displayname completename vollername vollstandigername anzeigename vornamenachname \
         vornameundnachname vorundnachname vorundzuname nachnamevorname namevorname lastnamefirstname \
         firstnamelastname nomcomplet nometprenom nomprenom prenomnom prenometnom nomsetprenoms \
         nombrecompleto nombreyapellidos nombreyapellido apellidosynombre nomecompleto nomeecognome \
         cognomeenome nomecognome nomeesobrenome volledigenaam voorenachternaam naamvolledig \
         imieinazwisko nazwiskoiimie attendee participant teilnehmer teilnehmerin name nom nombre nome \
         naam nazwa",
    ),
    (
        Field::Locale,
        "locale language preferredlanguage languagecode lang sprache bevorzugtesprache \
         korrespondenzsprache sprachcode muttersprache langue languepreferee languedecorrespondance \
         codelangue idioma idiomapreferido lengua lingua linguapreferita linguapreferida taal \
         voorkeurstaal jezyk preferowanyjezyk",
    ),
    (
        Field::TimeZone,
        "timezone zeitzone tz tzname fuseauhoraire fuseau zonahoraria husohorario fusoorario fusohorario \
         zonahorario tijdzone strefaczasowa",
    ),
    (
        Field::Groups,
        "groups group gruppen gruppe groupes groupe grupos grupo gruppi gruppo groepen groep grupy grupa \
         groupname gruppenname teams team equipe equipo squadra zespol",
    ),
    (Field::Kind, "kind memberkind personkind membertype persontype artderperson mitgliedsart personenart"),
];

/// Names that are the whole name where they stand alone, and a part of it beside the other part.
const SHORT_NAMES: &[&str] = &["name", "nom", "nombre", "nome", "naam"];

/// Whose column it is says nothing about what is in it.
const OWNERS: &[&str] = &[
    "attendee",
    "participant",
    "ticketholder",
    "guest",
    "member",
    "contact",
    "employee",
    "customer",
    "teilnehmer",
    "teilnehmenden",
    "gast",
    "mitglieder",
    "mitglied",
    "kontakt",
    "mitarbeiter",
    "kunden",
];

/// The field of a heading and how well its words say so; lower is better.
pub(super) fn field(plain: &str) -> Option<(Field, usize)> {
    let exact = |text: &str| {
        WORDS
            .iter()
            .find_map(|(field, words)| Some((*field, words.split(' ').position(|word| word == text)?)))
    };
    exact(plain).or_else(|| {
        let rest = OWNERS.iter().find_map(|owner| plain.strip_prefix(owner))?;
        let rest = rest.strip_prefix('s').filter(|rest| exact(rest).is_some()).unwrap_or(rest);
        exact(rest).filter(|(field, _)| *field != Field::ExternalId).map(|(field, rank)| (field, rank + 500))
    })
}

/// The heading may mean a part of the name.
pub(super) fn is_short_name(plain: &str) -> bool {
    SHORT_NAMES.contains(&plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heading::plain;

    #[test]
    fn every_word_is_plain_and_in_one_list() {
        let mut all: Vec<&str> = WORDS.iter().flat_map(|(_, words)| words.split(' ')).collect();
        assert!(all.iter().all(|word| plain(word) == **word));
        all.sort_unstable();
        let count = all.len();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
