use super::*;

#[test]
fn cells_are_cleaned() {
    assert_eq!(clean("  Ann\r\nBcc: x\0\u{202e}  B "), "Ann Bcc: x B");
    assert_eq!(clean("=\"00123\""), "00123");
    assert_eq!(clean("'=1+1"), "=1+1");
    assert_eq!(clean("'t Hooft"), "'t Hooft");
    assert_eq!(clean("\u{a0}\u{200b}\u{feff}"), "");
}

#[test]
fn addresses() {
    for good in [
        "a@example.com",
        "a.b+c@sub.example.org",
        "o'neil@example.net",
        "jürgen@müller.example",
        "用户@例子.example",
    ] {
        assert_eq!(email(good).as_deref(), Ok(good));
    }
    assert_eq!(email("Ann B <ann@example.com>").as_deref(), Ok("ann@example.com"));
    assert_eq!(email("MAILTO:ann@example.com").as_deref(), Ok("ann@example.com"));
    for bad in [
        "ann",
        "ann@",
        "@example.com",
        "ann@example",
        "a@b@example.com",
        "a b@example.com",
        ".a@example.com",
        "a..b@example.com",
        "a@-example.com",
        "a@example..com",
        "a@example.com.",
        "a,b@example.com",
        "a@exa mple.com",
        "a@example.com; b@example.com",
        "a\u{fffd}@example.com",
        "a\u{200d}\u{2028}@example.com",
        "a@exam_ple.com",
        "\"a b\"@example.com",
        "(a)@example.com",
    ] {
        assert!(email(bad).is_err(), "{bad}");
    }
    assert!(email(&format!("{}@example.com", "a".repeat(65))).is_err());
    assert!(email(&format!("a@{}example.com", "b.".repeat(200))).unwrap_err().contains("254"));
}

#[test]
fn languages() {
    for (cell, tag) in [
        ("de", "de"),
        ("DE", "de"),
        ("de_at", "de-AT"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("Deutsch", "de"),
        ("English", "en"),
        ("Français", "fr"),
        ("español", "es"),
        ("ENGLISCH", "en"),
    ] {
        assert_eq!(locale(cell).as_deref(), Ok(tag), "{cell}");
    }
    for bad in [
        "d",
        "klingon",
        "de-",
        "de--AT",
        "de AT",
        "12",
        "de-toolongsubtag",
        "ü",
        "en-a-b-c-d-e-f-g-h-i-j-k-l-m-n-o-p-q-r",
    ] {
        assert!(locale(bad).is_err(), "{bad}");
    }
}

#[test]
fn zones() {
    let zones = TimeZoneDatabase::bundled();
    assert_eq!(time_zone("europe/berlin", &zones).as_deref(), Ok("Europe/Berlin"));
    assert_eq!(time_zone("America/New York", &zones).as_deref(), Ok("America/New_York"));
    assert_eq!(time_zone("UTC", &zones).as_deref(), Ok("UTC"));
    for bad in ["Berlin", "CET+1", "../etc/passwd", "Europe/", "+02:00"] {
        assert!(time_zone(bad, &zones).is_err(), "{bad}");
    }
}

#[test]
fn group_names() {
    let mut found = Vec::new();
    groups("Küche & Service; Speaker|VIP,vip;; Łódź\nØst", &mut found).unwrap();
    let keys: Vec<_> = found.iter().map(|group| (group.key.as_str(), group.name.as_str())).collect();
    assert_eq!(
        keys,
        [
            ("kuche-service", "Küche & Service"),
            ("speaker", "Speaker"),
            ("vip", "VIP"),
            ("lodz", "Łódź"),
            ("ost", "Øst")
        ]
    );
    assert!(groups("!!!", &mut Vec::new()).is_err());
    assert!(groups(&"a".repeat(300), &mut Vec::new()).is_err());
    let many: Vec<_> = (0..200).map(|i| i.to_string()).collect();
    assert!(groups(&many.join(";"), &mut Vec::new()).is_err());
}

#[test]
fn kinds() {
    assert_eq!(kind("Teilnehmerin"), Ok(MemberKind::Attendee));
    assert_eq!(kind("Invité"), Ok(MemberKind::Guest));
    assert!(kind("alien").is_err());
}

#[test]
fn names_are_turned_only_where_it_is_sure() {
    for (cell, name) in [
        ("Müller, Anna", "Anna Müller"),
        ("van der Berg, Jan Piet", "Jan Piet van der Berg"),
        ("O’Neil, Mary-Ann K.", "Mary-Ann K. O’Neil"),
        ("Anna Müller", "Anna Müller"),
        ("Martin King, Jr.", "Martin King, Jr."),
        ("Anna Müller, PhD", "Anna Müller, PhD"),
        ("Anna Müller, Dr. med.", "Anna Müller, Dr. med."),
        ("Acme, Inc", "Acme, Inc"),
        ("Müller, Anna, Berlin", "Müller, Anna, Berlin"),
        ("Room 5, Anna", "Room 5, Anna"),
        ("Müller,", "Müller,"),
    ] {
        assert_eq!(whole_name(cell), name);
    }
}
