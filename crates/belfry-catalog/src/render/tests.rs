use proptest::prelude::*;

use super::*;

fn html(message: &str) -> String {
    render(message, Format::Html).html
}

fn text(message: &str) -> String {
    render(message, Format::Markdown).text
}

/// Parses HTML again, as a browser would, and names whatever must never be in it.
fn fault(html: &str) -> Option<String> {
    use html5ever::tendril::StrTendril;
    use html5ever::tokenizer::*;
    use std::cell::RefCell;

    #[derive(Default)]
    struct Judge(RefCell<Option<String>>);
    impl TokenSink for Judge {
        type Handle = ();
        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            let found = match token {
                Token::TagToken(tag) => {
                    let banned = [
                        "script", "style", "svg", "math", "iframe", "form", "input", "object", "embed",
                        "base", "meta", "link", "template", "noscript", "title", "textarea", "video",
                        "audio", "bdo", "button",
                    ];
                    let attribute = tag.attrs.iter().find(|attribute| {
                        let (name, value) = (&*attribute.name.local, &*attribute.value);
                        name.starts_with("on")
                            || matches!(
                                name,
                                "style" | "id" | "class" | "srcset" | "formaction" | "xlink:href"
                            )
                            || (name == "src" && !value.to_ascii_lowercase().starts_with("https://"))
                            || (name == "href" && !harmless(value))
                    });
                    (banned.contains(&&*tag.name) || attribute.is_some()).then(|| format!("{tag:?}"))
                }
                Token::CommentToken(text) => Some(format!("comment {text}")),
                _ => None,
            };
            if found.is_some() {
                *self.0.borrow_mut() = found;
            }
            TokenSinkResult::Continue
        }
    }

    fn harmless(url: &str) -> bool {
        // The WHATWG parser drops tabs and line breaks and judges as a browser does.
        let base = url::Url::parse("https://base.example/").unwrap();
        base.join(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "mailto" | "tel"))
    }

    let tokens = Tokenizer::new(Judge::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokens.feed(&input);
    tokens.end();
    tokens.sink.0.into_inner()
}

const VECTORS: &[&str] = &[
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<<script>alert(1);//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=\"https://a.example/x\" onerror=alert(1)>",
    "<img src=`javascript:alert(1)`>",
    "<IMG \"\"\"><SCRIPT>alert(1)</SCRIPT>\">",
    "<img src=data:image/svg+xml;base64,PHN2Zy8+>",
    "<img srcset=\"https://a.example/x 1x\">",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=JaVaScRiPt:alert(1)>x</a>",
    "<a href=\"java\nscript:alert(1)\">x</a>",
    "<a href=\"jav&#x09;ascript:alert(1)\">x</a>",
    "<a href=\"&#1;javascript:alert(1)\">x</a>",
    "<a href=\" javascript:alert(1)\">x</a>",
    "<a href=\"java\0script:alert(1)\">x</a>",
    "<a href=\"java\u{202e}script:alert(1)\">x</a>",
    "<a href=\"java&#x202e;script:alert(1)\">x</a>",
    "<a href=\"&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;:alert(1)\">x</a>",
    "<a href=vbscript:x>x</a>",
    "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
    "<a href=file:///etc/passwd>x</a>",
    "<a href=//evil.example>x</a>",
    "<a href=\"/\\evil.example\">x</a>",
    "<a href=\"https://bank.example@evil.example\">x</a>",
    "<a href=x style=position:fixed id=a class=b onclick=alert(1)>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate attributeName=href values=javascript:alert(1) /></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=\"</style><img onerror=alert(1) src>\">",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<svg><p><style><g title=\"</style><img src onerror=alert(1)>\">",
    "<math><annotation-xml encoding=\"text/html\"><style><img src onerror=alert(1)></style></annotation-xml></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<noembed><img title=\"</noembed><img src onerror=alert(1)>\"></noembed>",
    "<title><img src=\"</title><img src=x onerror=alert(1)>\">",
    "<textarea><img src=\"</textarea><img src=x onerror=alert(1)>\">",
    "<xmp><p title=\"</xmp><svg/onload=alert(1)>\">",
    "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
    "<iframe><a title=\"</iframe><img src onerror=alert(1)>\">",
    "<template><script>alert(1)</script></template>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<table><td><svg><desc><table><td></desc><img src onerror=alert(1)>",
    "<form action=javascript:alert(1)><input type=submit><button formaction=javascript:alert(1)>",
    "<object data=javascript:alert(1)></object><embed src=javascript:alert(1)>",
    "<base href=javascript:alert(1)//><meta http-equiv=refresh content=0;url=javascript:alert(1)>",
    "<link rel=stylesheet href=//evil.example/x.css><style>@import '//evil.example'</style>",
    "<div style=\"background:url(javascript:alert(1))\">x</div>",
    "<!--[if gte IE 4]><script>alert(1)</script><![endif]-->",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<plaintext><script>alert(1)</script>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<a href='https://a.example\" onmouseover=alert(1) x=\"'>x</a>",
    "<map name=x><area href=javascript:alert(1)></map>",
    "<bdo dir=rtl>moc.elpmaxe</bdo>",
    "<custom-element onfocus=alert(1) autofocus tabindex=1>x</custom-element>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1) \"t\")",
    "[x](<java\tscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "![\"onerror=alert(1) x=\"](https://a.example \"\\\" onerror=alert(1)\")",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "https://a.example/\"onmouseover=alert(1)",
    "```\"><script>alert(1)</script>\n<script>\n```",
];

#[test]
fn no_vector_gets_through() {
    for vector in VECTORS {
        for format in [Format::Html, Format::Markdown] {
            let shown = render(vector, format);
            assert_eq!(fault(&shown.html), None, "{vector:?} as {format:?} became {:?}", shown.html);
            // What is clean stays as it is when it is cleaned again: nothing mutates. (Only the order of the two
            // attributes that the cleaner itself sets turns round.)
            let settled = |html: &str| {
                html.replace(" target=\"_blank\" rel=\"noopener noreferrer nofollow\"", "")
                    .replace(" rel=\"noopener noreferrer nofollow\" target=\"_blank\"", "")
            };
            let again = clean::clean(&shown.html).expect("it is shallow");
            assert_eq!(settled(&again), settled(&shown.html), "{vector:?} as {format:?}");
        }
    }
}

#[test]
fn the_judge_sees_faults() {
    for bad in [
        "<script>",
        "<p onclick=x>",
        "<a href=javascript:x>",
        "<a href=\"java\tscript:x\">",
        "<img src=http://a.example>",
        "<!-- -->",
        "<b class=x>",
    ] {
        assert!(fault(bad).is_some(), "{bad}");
    }
    assert_eq!(fault("<a href=/x>y</a><img src=https://a.example>"), None);
}

#[test]
fn links_images_and_structure() {
    assert_eq!(
        html("<a href=\"HTTPS://Example.com/?a=1&b=2#c\" title=t>x</a>"),
        "<a href=\"HTTPS://Example.com/?a=1&amp;b=2#c\" title=\"t\" target=\"_blank\" \
         rel=\"noopener noreferrer nofollow\">x</a>"
    );
    for kept in ["/news?id=1", "mailto:a@example.com", "tel:+49301234", "http://example.com"] {
        assert!(html(&format!("<a href=\"{kept}\">x</a>")).contains(&format!("href=\"{kept}\"")), "{kept}");
    }
    for dropped in
        ["news", "#top", "?a", "//example.com", "ftp://example.com", "blob:https://a", "https://a@b.example"]
    {
        assert!(!html(&format!("<a href=\"{dropped}\">x</a>")).contains("href"), "{dropped}");
    }
    assert_eq!(
        html("<img src=\"https://a.example/x.png\" alt=\"A\" id=i>"),
        "<img src=\"https://a.example/x.png\" alt=\"A\">"
    );
    for dropped in
        ["http://a.example/x.png", "/x.png", "x.png", "data:image/png;base64,AAAA", "mailto:a@example.com"]
    {
        assert_eq!(html(&format!("<img src=\"{dropped}\" alt=\"A\">")), "<img alt=\"A\">", "{dropped}");
    }
    assert_eq!(html("<p id=a class=b style=c>x <b>y</b></p>"), "<p>x <b>y</b></p>");
    assert_eq!(html("a\0b\u{202e}c&#x202e;d"), "abcd");
}

#[test]
fn markdown_to_both_forms() {
    let shown = render(
        "# Welcome 🎉\n\nHello **Ann**,\nthe _doors_ open at `9`.\n\n- one\n- two\n  - three\n\n\
         ![Map](https://a.example/map.png) [Programme](https://a.example/p)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n~~old~~",
        Format::Markdown,
    );
    assert_eq!(
        shown.text,
        "Welcome 🎉\nHello Ann, the doors open at 9.\n• one\n• two\n• three\nMap Programme\na b\n1 2\nold"
    );
    assert!(
        shown.html.contains("<h1>Welcome 🎉</h1>") && shown.html.contains("<del>old</del>"),
        "{}",
        shown.html
    );
    assert_eq!(text("1 < 2 & <b>bold</b> &copy;"), "1 < 2 & bold ©");
    assert_eq!(text("<script>alert(1)</script>"), "");
    assert_eq!(render("", Format::Markdown), Rendered::default());
}

#[test]
fn hostile_nesting_is_survived() {
    let n = 100_000;
    let deep = [
        ">".repeat(n),
        "<blockquote>".repeat(n),
        "<b>".repeat(3_000) + "x",
        (0..3_000).map(|i| format!("<b a={i}><p>")).collect(),
        "<b></i>".repeat(8_000),
        "<a><div></a>".repeat(5_000),
        "<table><td>".repeat(4_000),
        "<object><div></object></div>".repeat(2_000),
        "<svg><g>".repeat(5_000),
        format!("<a {}>", (0..8_000).map(|i| format!("a{i} ")).collect::<String>()),
        "<p><b>".repeat(500) + &"</b></p>".repeat(500),
        "[".repeat(30_000),
        "[a](".repeat(15_000),
        "*a_ ".repeat(15_000),
        "`".repeat(300) + &" ` `` ``` ".repeat(3_000),
        "- ".repeat(10_000) + "x",
        "<!--".repeat(10_000),
        "&#x202e;".repeat(1_000),
        "a|".repeat(5_000) + "\n" + &"-|".repeat(5_000) + "\n" + &"a|".repeat(5_000),
        "\u{202e}<".repeat(20_000),
        "<".repeat(60_000),
        "<".repeat(1 << 20),
        "x".repeat(1 << 20),
        "> ".repeat(1 << 19),
    ];
    for message in &deep {
        for format in [Format::Html, Format::Markdown] {
            let shown = render(message, format);
            // What was not parsed has no element but line breaks; the slow judge is spared it.
            if shown.html.len() < 256 << 10 {
                assert_eq!(fault(&shown.html), None);
            } else {
                assert!(!shown.html.replace("<br>", "").contains('<'));
            }
            assert!(shown.html.len() < 8 << 20);
        }
    }
    // Ordinary lists are not taken for nesting, and what was too deep is still to be read.
    let list = "<ul>".to_owned() + &"<li>a<p>b".repeat(2_000) + "</ul>";
    assert!(html(&list).matches("<li>").count() == 2_000);
    assert!(text(&(">".repeat(5_000) + " here")).ends_with("here"));
    assert!(html(&("<b>".repeat(500) + "here")).contains("&lt;b&gt;here"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn nothing_that_is_put_together_gets_through(parts in prop::collection::vec(
        prop_oneof![
            prop::sample::select(VECTORS).prop_map(str::to_owned),
            prop::sample::select(&["<", ">", "\"", "'", "`", "</", "/>", "=", "\n", "&lt;", "&#", "<!--", "-->", "](", "[", "!",
                "<a href=", "<svg>", "<math>", "<style>", "<table>", "<p>", "</p>", "<select>", "javascript:", "on", "\0",
                "\u{202e}", "<template>", "<mtext>", "<desc>", "<pre>\n", "<b title=\"", "**", "_", "    ", "> ", "- "][..])
                .prop_map(str::to_owned),
            "\\PC{0,8}",
        ], 0..12))
    {
        let message = parts.concat();
        for format in [Format::Html, Format::Markdown] {
            let shown = render(&message, format);
            prop_assert_eq!(fault(&shown.html), None, "{}", shown.html);
            prop_assert!(!shown.html.to_ascii_lowercase().contains("<script"));
            prop_assert!(!shown.text.contains(|c: char| c != '\n' && c.is_control() || text::is_forbidden(c)));
        }
    }
}
