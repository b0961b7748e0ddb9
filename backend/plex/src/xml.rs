//! XML into the common tree.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::tree::Node;

/// Deeper than anything Plex sends; keeps a hostile body from exhausting the stack.
const DEEPEST: usize = 64;

/// Reads one whole document. `None` if it is cut off, badly nested, or has no root.
pub(crate) fn read(body: &[u8]) -> Option<Node> {
    let text = std::str::from_utf8(body).ok()?;
    let mut reader = Reader::from_str(text);
    // Plex's HTML pages and some titles hold a lone `&`; a list must not be lost over it.
    reader.config_mut().allow_dangling_amp = true;
    let mut open: Vec<Node> = Vec::new();
    let mut root: Option<Node> = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) => {
                if open.len() >= DEEPEST || root.is_some() {
                    return None;
                }
                open.push(element(&start)?);
            }
            Event::Empty(start) => close(element(&start)?, &mut open, &mut root)?,
            Event::End(_) => {
                let node = open.pop()?;
                close(node, &mut open, &mut root)?;
            }
            Event::Text(text) => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(text.decode().ok()?.trim());
                }
            }
            Event::CData(text) => {
                if let Some(node) = open.last_mut() {
                    node.text.push_str(&text.decode().ok()?);
                }
            }
            Event::Eof => return root.filter(|_| open.is_empty()),
            Event::GeneralRef(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn element(start: &BytesStart<'_>) -> Option<Node> {
    let mut node =
        Node { name: String::from_utf8_lossy(start.local_name().as_ref()).into_owned(), ..Node::default() };
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.ok()?;
        let key = String::from_utf8_lossy(attribute.key.as_ref()).into_owned();
        let value = match attribute.normalized_value(XmlVersion::Explicit1_0) {
            Ok(value) => value.into_owned(),
            Err(_) => String::from_utf8_lossy(&attribute.value).into_owned(),
        };
        node.values.push((key, value));
    }
    Some(node)
}

fn close(node: Node, open: &mut [Node], root: &mut Option<Node>) -> Option<()> {
    match open.last_mut() {
        Some(parent) => parent.children.push(node),
        None if root.is_none() => *root = Some(node),
        None => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn entities_are_resolved_and_unknown_ones_do_not_lose_the_list() {
        let node = read(br#"<?xml version="1.0"?><a t="&lt;b&gt; &#x41;&amp;" u="R&D" v="&unknown;"><e>Not found</e></a>"#).unwrap();
        assert_eq!(node.text("t"), Some("<b> A&"));
        assert_eq!(node.text("u"), Some("R&D"));
        assert_eq!(node.text("v"), Some("&unknown;"));
        assert_eq!(node.text("e"), Some("Not found"));
    }

    #[test]
    fn a_document_type_cannot_blow_up_the_reader() {
        let bomb = br#"<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;">]><a t="&y;"/>"#;
        assert_eq!(read(bomb).unwrap().text("t"), Some("&y;"));
        let deep = "<a>".repeat(500);
        assert!(read(deep.as_bytes()).is_none());
    }
}
