//! The few shapes that the plots are made of.

use std::fmt::Write as _;

/// Dark on white, whatever the page around it is.
const STYLE: &str = "text{font:13px 'DejaVu Sans',Verdana,sans-serif;fill:#24292f}.title{font-size:17px;font-weight:bold}\
.note{font-size:11.5px;fill:#656d76}.strong{font-weight:bold}.grid{stroke:#d8dee4}.axis{stroke:#8c959f}.budget{stroke:#24292f;\
stroke-width:2}";

/// Where a text is at its point.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

pub(crate) struct Svg {
    width: f64,
    height: f64,
    body: String,
}

impl Svg {
    /// An empty white page with a title and a line of explanation below it.
    pub(crate) fn new(width: f64, height: f64, title: &str, note: &str) -> Self {
        let mut svg = Self { width, height, body: String::new() };
        svg.text((24.0, 34.0), Anchor::Start, "title", title);
        svg.text((24.0, 54.0), Anchor::Start, "note", note);
        svg
    }

    pub(crate) fn text(&mut self, (x, y): (f64, f64), anchor: Anchor, class: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ =
            writeln!(self.body, r#"<text x="{x:.1}" y="{y:.1}" text-anchor="{anchor}" class="{class}">{text}</text>"#);
    }

    pub(crate) fn line(&mut self, (x1, y1): (f64, f64), (x2, y2): (f64, f64), class: &str) {
        let _ = writeln!(self.body, r#"<line x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}" class="{class}"/>"#);
    }

    pub(crate) fn bar(&mut self, (x, y): (f64, f64), (width, height): (f64, f64), color: &str) {
        let _ = writeln!(
            self.body,
            r#"<rect x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="2" fill="{color}"/>"#
        );
    }

    /// A line through points, with a dot on each.
    pub(crate) fn curve(&mut self, points: &[(f64, f64)], color: &str) {
        let list: Vec<_> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        let _ = writeln!(
            self.body,
            r#"<polyline points="{}" fill="none" stroke="{color}" stroke-width="2"/>"#,
            list.join(" ")
        );
        for (x, y) in points {
            let _ = writeln!(self.body, r#"<circle cx="{x:.1}" cy="{y:.1}" r="3.5" fill="{color}"/>"#);
        }
    }

    pub(crate) fn finish(self) -> String {
        let Self { width, height, body } = self;
        format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">
<style>{STYLE}</style>
<rect width="{width}" height="{height}" fill="#fff"/>
{body}</svg>
"##
        )
    }
}
