use proptest::prelude::*;

use super::*;
use crate::write_rejects;

fn people(bytes: &[u8]) -> Vec<Row> {
    read(bytes, &Options::default()).unwrap().people().collect()
}

fn reason(row: &Row) -> &str {
    &row.result.as_ref().unwrap_err().reason
}

const TEXT: &str =
    "Teilnehmer-Nr.;Vorname;Name;E-Mail;Gruppe\r\n7;Jürgen;Weiß;Juergen@example.com;\"Küche;Bar\"\r\n";

#[test]
fn every_encoding_and_separator() {
    let utf_16 = |mark: &str, little: bool| -> Vec<u8> {
        let units = format!("{mark}{TEXT}");
        units
            .encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    let files: [(&str, Vec<u8>); 7] = [
        ("UTF-8", TEXT.as_bytes().to_vec()),
        ("UTF-8", format!("\u{feff}{TEXT}").into_bytes()),
        ("UTF-16LE", utf_16("\u{feff}", true)),
        ("UTF-16BE", utf_16("\u{feff}", false)),
        ("UTF-16LE", utf_16("", true)),
        ("UTF-16BE", utf_16("", false)),
        ("windows-1252", encoding_rs::WINDOWS_1252.encode(TEXT).0.into_owned()),
    ];
    for (encoding, bytes) in &files {
        let sheet = read(bytes, &Options::default()).unwrap();
        assert_eq!((sheet.encoding, sheet.separator, sheet.rows), (*encoding, ';', 1));
        assert_eq!(sheet.headings[0], "Teilnehmer-Nr.");
        let row = sheet.people().next().unwrap();
        let person = row.result.unwrap();
        assert_eq!((row.number, person.name.as_str(), person.external_id.as_str()), (2, "Jürgen Weiß", "7"));
        assert_eq!(person.groups.len(), 2);
    }
    for separator in [',', '\t', '|'] {
        let text = format!(
            "id{separator}email{separator}name\n1{separator}a@example.com{separator}\"x{separator}\ny\"\n"
        );
        for text in [text.clone(), text.replace('\n', "\r\n"), text.replace('\n', "\r")] {
            let sheet = read(text.as_bytes(), &Options::default()).unwrap();
            assert_eq!(sheet.separator, separator);
            assert_eq!(sheet.rows, 1);
        }
    }
    let sheet = read(b"sep=:\r\nid:name\r\n1:Ann\r\n", &Options::default()).unwrap();
    assert_eq!((sheet.separator, sheet.people().next().unwrap().number), (':', 2));
}

#[test]
fn the_example_is_read_as_it_is_meant() {
    let bytes = include_bytes!("../../../../examples/attendees.csv");
    let sheet = read(bytes, &Options::default()).unwrap();
    assert_eq!((sheet.encoding, sheet.separator), ("UTF-8", ';'));
    let rows: Vec<Row> = sheet.people().collect();
    let count = |is: fn(Cause) -> bool| {
        rows.iter().filter_map(|row| row.result.as_ref().err()).filter(|r| is(r.cause)).count()
    };
    let counted = (
        sheet.rows,
        rows.iter().filter(|row| row.result.is_ok()).count(),
        count(|cause| cause == Cause::Invalid),
        count(|cause| matches!(cause, Cause::Duplicate { .. })),
        count(|cause| matches!(cause, Cause::SameEmail { .. })),
        count(|cause| matches!(cause, Cause::SameId { .. })),
    );
    assert_eq!(counted, (313, 301, 4, 3, 4, 1));
    let invalid: Vec<(u64, &str)> = rows
        .iter()
        .filter(|row| row.result.as_ref().is_err_and(|rejected| rejected.cause == Cause::Invalid))
        .map(|row| (row.number, reason(row)))
        .collect();
    assert_eq!(
        invalid,
        [
            (47, "“henning.abel.example.com” is not an email address: it has no @"),
            (114, "“olga@@example.org” is not an email address: it has more than one @"),
            (192, "the row has neither an id nor an email"),
            (242, "“schwedisch?” is not a language (write for instance de or pt-BR)"),
        ]
    );
}

#[test]
fn reasons_are_said_in_words() {
    let rows = people(
        "id;email;first name;last name;language;time zone;kind\n\
         1;a@example.com;Ann;A;de;Europe/Berlin;guest\n\
         2;A@EXAMPLE.COM;Ann;A;de;;\n\
         1;A@example.com;Ann;A;de;europe/berlin;Gast\n\
         1;b@example.com;Ann;A;de;;\n\
         \n\
         3;b@example;B;B;;;\n\
         ;;C;C;;;\n\
         ;D@example.com;;;;;\n\
         5;;;;;;\n\
         6;;;;klingonisch;;\n\
         7;;;;;Mars/Base;\n\
         8;;;;;;robot\n\
         9;;E;F;;;;more\n\
         10;;\u{fffd};;;;\n\
         1;b@example.com;\"Ann\nB\";A\n"
            .as_bytes(),
    );
    let told: Vec<(u64, &str)> =
        rows.iter().filter(|row| row.result.is_err()).map(|row| (row.number, reason(row))).collect();
    assert_eq!(
        told,
        [
            (3, "same email as row 2"),
            (4, "duplicate of row 2"),
            (5, "same external id as row 2"),
            (7, "“b@example” is not an email address: what stands after the @ is no domain"),
            (8, "the row has neither an id nor an email"),
            (11, "“klingonisch” is not a language (write for instance de or pt-BR)"),
            (12, "“Mars/Base” is not a time zone (write for instance Europe/Berlin)"),
            (13, "“robot” is not a kind (employee, attendee, customer or guest)"),
            (
                14,
                "the row has more cells than there are headings; is a separator inside a cell without quotes?"
            ),
            (15, "“\u{fffd}” has characters that cannot be read; was the file damaged?"),
            (16, "same external id as row 2"),
        ]
    );
    let kept: Vec<(&str, &str)> = rows
        .iter()
        .filter_map(|row| row.result.as_ref().ok())
        .map(|p| (p.external_id.as_str(), p.name.as_str()))
        .collect();
    assert_eq!(kept, [("1", "Ann A"), ("d@example.com", "D@example.com"), ("5", "5")]);
}

#[test]
fn too_long_fields() {
    let long = "x".repeat(300);
    let rows = people(format!("id;email;name\n{long};;\n1;;{long}\n2;{long}@example.com;\n").as_bytes());
    let told: Vec<&str> = rows.iter().map(reason).collect();
    assert_eq!(
        told,
        [
            "the external id is longer than 255 characters",
            "the name is longer than 200 characters",
            "the email address is longer than 254 characters"
        ]
    );
}

#[test]
fn a_row_too_wide_to_be_seen_whole_is_counted_and_rejected() {
    let file = format!("email,name\na@example.com,A\n{}\n", ",".repeat(COLUMNS_MAX));
    let sheet = read(file.as_bytes(), &Options::default()).unwrap();
    let rows: Vec<Row> = sheet.people().collect();
    assert_eq!((sheet.rows, rows.len()), (2, 2));
    assert!(rows[0].result.is_ok() && reason(&rows[1]).contains("501 cells"));
}

#[test]
fn files_that_cannot_be_used_say_why() {
    let error = |bytes: &[u8]| read(bytes, &Options::default()).unwrap_err();
    assert_eq!(error(b""), ReadError::Empty);
    assert_eq!(error("\u{feff}\r\n \r\n".as_bytes()), ReadError::Empty);
    assert_eq!(error(b"email;name\n\n;\n"), ReadError::NoRows);
    assert_eq!(error(b"email\na@example.com\n\"b@example.com\nc"), ReadError::UnclosedQuote { row: 3 });
    assert_eq!(error(b"\"email\na@example.com\n"), ReadError::UnclosedQuote { row: 1 });
    assert_eq!(
        error(format!("email{}\n1", ",x".repeat(9_999)).as_bytes()),
        ReadError::TooManyColumns { columns: 10_000 }
    );
    assert_eq!(error(",".repeat(10_000).as_bytes()), ReadError::TooManyColumns { columns: 10_001 });
    assert!(matches!(error(b"PK\x03\x04\x14"), ReadError::NotText { .. }));
    assert_eq!(
        error(b"Name;City\nAnn;Paris\n").to_string(),
        "no column holds an email or an external id; the headings are: Name, City"
    );
    let wide =
        people(format!("email,name\na@example.com,A{}\nb@example.com,B\n", ",".repeat(10_000)).as_bytes());
    assert_eq!((reason(&wide[0]), wide[1].result.is_ok()), ("the row has 10002 cells", true));
}

#[test]
fn a_mapping_overrides_the_guess() {
    let file = b"Kontakt;Wer;E-Mail;Team;Stand\na@example.com;Ann;x;Red;Blue\n";
    let mapping = |pairs: &[(&str, Field)]| Options {
        columns: None,
        mapping: Some(pairs.iter().map(|(heading, field)| ((*heading).to_owned(), *field)).collect()),
    };
    let options = mapping(&[
        ("kontakt ", Field::Email),
        ("Wer", Field::Name),
        ("STAND", Field::Groups),
        ("Team", Field::Groups),
    ]);
    let sheet = read(file, &options).unwrap();
    let person = sheet.people().next().unwrap().result.unwrap();
    assert_eq!(
        (person.external_id.as_str(), person.name.as_str(), person.groups.len()),
        ("a@example.com", "Ann", 2)
    );
    assert!(sheet.has(Field::Groups) && !sheet.has(Field::Locale));
    assert_eq!(
        read(file, &mapping(&[("Mail", Field::Email)])).unwrap_err(),
        ReadError::UnknownHeading { heading: "Mail".into() }
    );
    assert_eq!(
        read(file, &mapping(&[("Kontakt", Field::Email), ("E-Mail", Field::Email)])).unwrap_err(),
        ReadError::MappedTwice { heading: "E-Mail".into(), field: Field::Email }
    );
    assert!(matches!(read(file, &mapping(&[("Wer", Field::Name)])), Err(ReadError::NoKey { .. })));
}

#[test]
fn rejects_come_back_as_a_file_that_can_be_corrected() {
    let file = b"id;email;name;phone\n1;a;=HYPERLINK(\"http://evil.example\");+49 30\n2;\"b;c\";@x;-1\n3;;;;\"\tmore\"\n";
    let sheet = read(file, &Options::default()).unwrap();
    let rows: Vec<Row> = sheet.people().collect();
    let mut out = Vec::new();
    let rejected = rows.iter().filter_map(|row| Some((row.number, row.result.as_ref().err()?)));
    write_rejects(&mut out, &sheet.headings, sheet.separator, rejected).unwrap();
    let text = String::from_utf8(out.clone()).unwrap();
    assert_eq!(
        text,
        "\u{feff}id;email;name;phone;row;reason\n\
         1;a;\"'=HYPERLINK(\"\"http://evil.example\"\")\";'+49 30;2;“a” is not an email address: it has no @\n\
         2;\"b;c\";'@x;'-1;3;“b;c” is not an email address: it has no @\n\
         3;;;;4;the row has more cells than there are headings; is a separator inside a cell without quotes?;more\n"
            .replace(";the row has more cells than there are headings; is a separator inside a cell without quotes?;", ";\"the row has more cells than there are headings; is a separator inside a cell without quotes?\";")
            .replace(";“b;c” is not an email address: it has no @", ";\"“b;c” is not an email address: it has no @\"")
    );
    let corrected = text.replace("1;a;", "1;a@example.com;");
    let person = people(corrected.as_bytes()).remove(0).result.unwrap();
    assert_eq!(person.name, "=HYPERLINK(\"http://evil.example\")");
}

#[test]
fn a_hundred_thousand_rows_are_streamed() {
    let mut file = String::from("id,email,name\n");
    for i in 0..100_000 {
        file.push_str(&format!("{i},p{i}@example.com,Person {i}\n"));
    }
    let sheet = read(file.as_bytes(), &Options::default()).unwrap();
    assert_eq!(sheet.rows, 100_000);
    assert!(sheet.people().zip(2..).all(|(row, number)| row.number == number && row.result.is_ok()));
}

proptest! {
    #[test]
    fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(sheet) = read(&bytes, &Options::default()) {
            prop_assert!(sheet.people().count() as u64 <= sheet.rows);
        }
    }

    #[test]
    fn anything_like_a_table_is_survived(start in prop::sample::select(&["", "\u{feff}", "sep=;\n"][..]), cells in prop::collection::vec(
        prop_oneof![
            prop::sample::select(&["\"", "\"\"", ";", ",", "\t", "\n", "\r", "\r\n", "a@example.com", "Müller, Anna", "=", "'=1",
                "\0", "\u{202e}", "de", "Europe/Berlin", "<a@b.c>", "mailto:", "Ä|Ö;Ü", "é", "e\u{301}", "\u{fffd}"][..])
                .prop_map(str::to_owned),
            "\\PC{0,6}",
        ], 0..60))
    {
        let file = format!("{start}id;email;name;groups;language;time zone;kind\n{}", cells.concat());
        let Ok(sheet) = read(file.as_bytes(), &Options::default()) else { return Ok(()) };
        let mut rows = 0;
        for row in sheet.people() {
            rows += 1;
            if let Ok(person) = row.result {
                prop_assert!(!person.name.is_empty() && !person.external_id.is_empty());
                prop_assert!(!person.name.contains(char::is_control) && !person.external_id.contains(char::is_control));
                prop_assert!(person.email.is_none_or(|email| email.contains('@') && !email.contains(char::is_whitespace)));
            }
        }
        prop_assert_eq!(rows, sheet.rows);
    }
}
