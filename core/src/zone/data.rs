//! Made by `cargo tzgen` from tzdb 2026f: change the generator, not this file.

#[cfg(feature = "tzdb")]
use super::packed_names::Code;
use super::rules::{ByRule, Rules, YearlyTransitions, local_offset};
#[cfg(target_pointer_width = "64")]
use super::rules::{Years, years};

pub(super) const RELEASE: &str = "2026f";

static LIKE_AFRICA_ABIDJAN: YearlyTransitions = [
    [60000000, 0], [60000000, 0], [60000000, 0], [60000000, 0], [60000000, 0], [60000000, 0], [60000000, 0],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AFRICA_ABIDJAN_BY_YEAR: Years = years(&LIKE_AFRICA_ABIDJAN);
static AFRICA_ABIDJAN: Rules = Rules {
    changes: &[],
    offsets: [0, 0, 0, 0],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(0),
    between: local_offset(0),
};
static AFRICA_ADDIS_ABABA: Rules = Rules {
    changes: &[],
    offsets: [12, 12, 12, 12],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(12),
    between: local_offset(12),
};
static AFRICA_ALGIERS: Rules = Rules {
    changes: &[],
    offsets: [4, 4, 4, 4],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(4),
    between: local_offset(4),
};
static AFRICA_BLANTYRE: Rules = Rules {
    changes: &[],
    offsets: [8, 8, 8, 8],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(8),
};
static LIKE_AFRICA_CAIRO: YearlyTransitions = [
    [10026000, 15721200], [9939599, 16326000], [9853198, 16326000], [9766797, 16326000], [10285196, 15721200], [10198795, 15721200], [10112394, 15721200],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AFRICA_CAIRO_BY_YEAR: Years = years(&LIKE_AFRICA_CAIRO);
static AFRICA_CAIRO: Rules = Rules {
    changes: &[89067600],
    offsets: [8, 8, 8, 8],
    by_rule: ByRule::since(89078400),
    transitions: &LIKE_AFRICA_CAIRO,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CAIRO_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(12),
};
static AFRICA_CASABLANCA: Rules = Rules {
    changes: &[
        9424801, 13053600, 40269601, 43293600, 70509601, 74138400, 101354401, 104378400, 132199201, 135223200, 162439201, 166068000,
        193284001, 196308000, 212029201,
    ],
    offsets: [4, 0, 4, 4],
    by_rule: ByRule::since(212040000),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(0),
    between: local_offset(0),
};
static LIKE_AFRICA_CEUTA: YearlyTransitions = [
    [7185600, 18748800], [7703999, 18144000], [7617598, 18144000], [7531197, 18144000], [7444796, 18748800], [7358395, 18748800], [7271994, 18748800],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AFRICA_CEUTA_BY_YEAR: Years = years(&LIKE_AFRICA_CEUTA);
static AFRICA_CEUTA: Rules = Rules {
    changes: &[],
    offsets: [4, 4, 4, 4],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(4),
    between: local_offset(8),
};
static AFRICA_JUBA: Rules = Rules {
    changes: &[34290001],
    offsets: [12, 8, 12, 12],
    by_rule: ByRule::since(34300800),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(8),
};
static LIKE_AMERICA_ADAK: YearlyTransitions = [
    [6015600, 20559600], [5929199, 20559600], [5842798, 20559600], [5756397, 20559600], [6274796, 20559600], [6188395, 20559600], [6101994, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_ADAK_BY_YEAR: Years = years(&LIKE_AMERICA_ADAK);
static AMERICA_ADAK: Rules = Rules {
    changes: &[],
    offsets: [-40, -40, -40, -40],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_ADAK,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_ADAK_BY_YEAR,
    outside: local_offset(-40),
    between: local_offset(-36),
};
static LIKE_AMERICA_ANCHORAGE: YearlyTransitions = [
    [6012000, 20559600], [5925599, 20559600], [5839198, 20559600], [5752797, 20559600], [6271196, 20559600], [6184795, 20559600], [6098394, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_ANCHORAGE_BY_YEAR: Years = years(&LIKE_AMERICA_ANCHORAGE);
static AMERICA_ANCHORAGE: Rules = Rules {
    changes: &[],
    offsets: [-36, -36, -36, -36],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_ANCHORAGE,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_ANCHORAGE_BY_YEAR,
    outside: local_offset(-36),
    between: local_offset(-32),
};
static AMERICA_ANGUILLA: Rules = Rules {
    changes: &[],
    offsets: [-16, -16, -16, -16],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-16),
    between: local_offset(-16),
};
static AMERICA_ARAGUAINA: Rules = Rules {
    changes: &[],
    offsets: [-12, -12, -12, -12],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-12),
    between: local_offset(-12),
};
static AMERICA_ASUNCION: Rules = Rules {
    changes: &[7009201, 23947200, 39063601, 55396800, 70513201, 86846400, 101962801, 118296000, 133412401, 150350400],
    offsets: [-12, -16, -12, -12],
    by_rule: ByRule::since(150361200),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-12),
    between: local_offset(-12),
};
static AMERICA_ATIKOKAN: Rules = Rules {
    changes: &[],
    offsets: [-20, -20, -20, -20],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-20),
    between: local_offset(-20),
};
static AMERICA_BAHIA_BANDERAS: Rules = Rules {
    changes: &[8236801, 25772400, 39686401, 57826800, 71136001, 89276400],
    offsets: [-24, -20, -24, -24],
    by_rule: ByRule::since(89287200),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-24),
    between: local_offset(-24),
};
static AMERICA_BELIZE: Rules = Rules {
    changes: &[],
    offsets: [-24, -24, -24, -24],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-24),
    between: local_offset(-24),
};
static LIKE_AMERICA_BOISE: YearlyTransitions = [
    [6004800, 20559600], [5918399, 20559600], [5831998, 20559600], [5745597, 20559600], [6263996, 20559600], [6177595, 20559600], [6091194, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_BOISE_BY_YEAR: Years = years(&LIKE_AMERICA_BOISE);
static AMERICA_BOISE: Rules = Rules {
    changes: &[],
    offsets: [-28, -28, -28, -28],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_BOISE,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_BOISE_BY_YEAR,
    outside: local_offset(-28),
    between: local_offset(-24),
};
static LIKE_AMERICA_CHICAGO: YearlyTransitions = [
    [6001200, 20559600], [5914799, 20559600], [5828398, 20559600], [5741997, 20559600], [6260396, 20559600], [6173995, 20559600], [6087594, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_CHICAGO_BY_YEAR: Years = years(&LIKE_AMERICA_CHICAGO);
static AMERICA_CHICAGO: Rules = Rules {
    changes: &[],
    offsets: [-24, -24, -24, -24],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_CHICAGO,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_CHICAGO_BY_YEAR,
    outside: local_offset(-24),
    between: local_offset(-20),
};
static AMERICA_CHIHUAHUA: Rules = Rules {
    changes: &[8240401, 25776000, 39690001, 57830400, 71139601],
    offsets: [-28, -24, -28, -28],
    by_rule: ByRule::since(71150400),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-24),
    between: local_offset(-24),
};
static AMERICA_CIUDAD_JUAREZ: Rules = Rules {
    changes: &[5821201, 26380800, 37875601, 58435200, 69325201, 91951200],
    offsets: [-28, -24, -28, -28],
    by_rule: ByRule::since(91962000),
    transitions: &LIKE_AMERICA_BOISE,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_BOISE_BY_YEAR,
    outside: local_offset(-28),
    between: local_offset(-24),
};
static AMERICA_COYHAIQUE: Rules = Rules {
    changes: &[8218801, 21528000, 39668401, 52977600, 71118001, 85032000, 102567601, 115876800, 134622001, 147931200],
    offsets: [-12, -16, -12, -12],
    by_rule: ByRule::since(147942000),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-12),
    between: local_offset(-12),
};
static AMERICA_CRESTON: Rules = Rules {
    changes: &[],
    offsets: [-28, -28, -28, -28],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-28),
    between: local_offset(-28),
};
static AMERICA_DAWSON: Rules = Rules {
    changes: &[5824801],
    offsets: [-32, -28, -32, -32],
    by_rule: ByRule::since(5835600),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-28),
    between: local_offset(-28),
};
static LIKE_AMERICA_DETROIT: YearlyTransitions = [
    [5997600, 20559600], [5911199, 20559600], [5824798, 20559600], [5738397, 20559600], [6256796, 20559600], [6170395, 20559600], [6083994, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_DETROIT_BY_YEAR: Years = years(&LIKE_AMERICA_DETROIT);
static AMERICA_DETROIT: Rules = Rules {
    changes: &[],
    offsets: [-20, -20, -20, -20],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_DETROIT,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_DETROIT_BY_YEAR,
    outside: local_offset(-20),
    between: local_offset(-16),
};
static AMERICA_EDMONTON: Rules = Rules {
    changes: &[
        5821201, 26380800, 37875601, 58435200, 69325201, 89884800, 100774801, 121334400, 132224401, 152784000, 163674001, 184233600,
        195123601,
    ],
    offsets: [-28, -24, -28, -28],
    by_rule: ByRule::since(195134400),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-24),
    between: local_offset(-24),
};
static LIKE_AMERICA_ENSENADA: YearlyTransitions = [
    [6008400, 20559600], [5921999, 20559600], [5835598, 20559600], [5749197, 20559600], [6267596, 20559600], [6181195, 20559600], [6094794, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_ENSENADA_BY_YEAR: Years = years(&LIKE_AMERICA_ENSENADA);
static AMERICA_ENSENADA: Rules = Rules {
    changes: &[],
    offsets: [-32, -32, -32, -32],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_ENSENADA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_ENSENADA_BY_YEAR,
    outside: local_offset(-32),
    between: local_offset(-28),
};
static LIKE_AMERICA_GLACE_BAY: YearlyTransitions = [
    [5994000, 20559600], [5907599, 20559600], [5821198, 20559600], [5734797, 20559600], [6253196, 20559600], [6166795, 20559600], [6080394, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_GLACE_BAY_BY_YEAR: Years = years(&LIKE_AMERICA_GLACE_BAY);
static AMERICA_GLACE_BAY: Rules = Rules {
    changes: &[],
    offsets: [-16, -16, -16, -16],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_GLACE_BAY,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_GLACE_BAY_BY_YEAR,
    outside: local_offset(-16),
    between: local_offset(-12),
};
static AMERICA_GODTHAB: Rules = Rules {
    changes: &[7606801, 25750800, 39056401, 57805200, 70506001, 89254800, 101955601, 120704401],
    offsets: [-12, -8, -12, -12],
    by_rule: ByRule::since(120715200),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(-8),
    between: local_offset(-4),
};
static LIKE_AMERICA_HAVANA: YearlyTransitions = [
    [5990400, 20563200], [5903999, 20563200], [5817598, 20563200], [5731197, 20563200], [6249596, 20563200], [6163195, 20563200], [6076794, 20563200],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_HAVANA_BY_YEAR: Years = years(&LIKE_AMERICA_HAVANA);
static AMERICA_HAVANA: Rules = Rules {
    changes: &[
        5806801, 26370000, 37861201, 58424400, 69310801, 89874000, 100760401, 121323600, 132210001, 152773200, 163659601, 184222800,
        195109201, 227163601,
    ],
    offsets: [-20, -16, -20, -20],
    by_rule: ByRule::since(227174400),
    transitions: &LIKE_AMERICA_HAVANA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_HAVANA_BY_YEAR,
    outside: local_offset(-20),
    between: local_offset(-16),
};
static AMERICA_MAZATLAN: Rules = Rules {
    changes: &[8240401, 25776000, 39690001, 57830400, 71139601, 89280000],
    offsets: [-28, -24, -28, -28],
    by_rule: ByRule::since(89290800),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-28),
    between: local_offset(-28),
};
static LIKE_AMERICA_MIQUELON: YearlyTransitions = [
    [5990400, 20559600], [5903999, 20559600], [5817598, 20559600], [5731197, 20559600], [6249596, 20559600], [6163195, 20559600], [6076794, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_MIQUELON_BY_YEAR: Years = years(&LIKE_AMERICA_MIQUELON);
static AMERICA_MIQUELON: Rules = Rules {
    changes: &[],
    offsets: [-12, -12, -12, -12],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_MIQUELON,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_MIQUELON_BY_YEAR,
    outside: local_offset(-12),
    between: local_offset(-8),
};
static AMERICA_NORONHA: Rules = Rules {
    changes: &[],
    offsets: [-8, -8, -8, -8],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-8),
    between: local_offset(-8),
};
static AMERICA_OJINAGA: Rules = Rules {
    changes: &[5821201, 26380800, 37875601, 58435200, 69325201, 89881201],
    offsets: [-28, -24, -28, -28],
    by_rule: ByRule::since(89892000),
    transitions: &LIKE_AMERICA_CHICAGO,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_CHICAGO_BY_YEAR,
    outside: local_offset(-24),
    between: local_offset(-20),
};
static AMERICA_RAINY_RIVER: Rules = Rules {
    changes: &[
        5817601, 26377200, 37872001, 58431600, 69321601, 89881200, 100771201, 121330800, 132220801, 152780400, 163670401, 184230000,
        195120001,
    ],
    offsets: [-24, -20, -24, -24],
    by_rule: ByRule::since(195130800),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-20),
    between: local_offset(-20),
};
static LIKE_AMERICA_SANTIAGO: YearlyTransitions = [
    [8402400, 12704400], [8315999, 13309200], [8229598, 13309200], [8143197, 13309200], [8056796, 13309200], [7970395, 13309200], [7883994, 13309200],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_SANTIAGO_BY_YEAR: Years = years(&LIKE_AMERICA_SANTIAGO);
static AMERICA_SANTIAGO: Rules = Rules {
    changes: &[8218801, 21528000, 39668401, 52977600, 71118001, 85032000],
    offsets: [-12, -16, -12, -12],
    by_rule: ByRule::since(85042800),
    transitions: &LIKE_AMERICA_SANTIAGO,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_SANTIAGO_BY_YEAR,
    outside: local_offset(-12),
    between: local_offset(-16),
};
static AMERICA_SCORESBYSUND: Rules = Rules {
    changes: &[7606801, 25750800, 39056401, 57805200, 70506001, 89254800, 101955601, 120704400, 134010000],
    offsets: [-4, 0, -4, -4],
    by_rule: ByRule::since(134020800),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(-8),
    between: local_offset(-4),
};
static LIKE_AMERICA_ST_JOHNS: YearlyTransitions = [
    [5992200, 20559600], [5905799, 20559600], [5819398, 20559600], [5732997, 20559600], [6251396, 20559600], [6164995, 20559600], [6078594, 20559600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AMERICA_ST_JOHNS_BY_YEAR: Years = years(&LIKE_AMERICA_ST_JOHNS);
static AMERICA_ST_JOHNS: Rules = Rules {
    changes: &[],
    offsets: [-14, -14, -14, -14],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AMERICA_ST_JOHNS,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_ST_JOHNS_BY_YEAR,
    outside: local_offset(-14),
    between: local_offset(-10),
};
static AMERICA_VANCOUVER: Rules = Rules {
    changes: &[
        5824801, 26384400, 37879201, 58438800, 69328801, 89888400, 100778401, 121338000, 132228001, 152787600, 163677601, 184237200,
        195127201,
    ],
    offsets: [-32, -28, -32, -32],
    by_rule: ByRule::since(195138000),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-28),
    between: local_offset(-28),
};
static ANTARCTICA_CASEY: Rules = Rules {
    changes: &[5760001, 23904060, 37803601, 55353660, 69253201, 86803260, 100454401],
    offsets: [44, 32, 44, 44],
    by_rule: ByRule::since(100465200),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(32),
    between: local_offset(32),
};
static ANTARCTICA_DAVIS: Rules = Rules {
    changes: &[],
    offsets: [28, 28, 28, 28],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(28),
    between: local_offset(28),
};
static ANTARCTICA_DUMONTDURVILLE: Rules = Rules {
    changes: &[],
    offsets: [40, 40, 40, 40],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(40),
    between: local_offset(40),
};
static LIKE_ANTARCTICA_MACQUARIE: YearlyTransitions = [
    [7758000, 16329600], [8276399, 15724800], [8189998, 15724800], [8103597, 15724800], [8017196, 15724800], [7930795, 15724800], [7844394, 15724800],
];
#[cfg(target_pointer_width = "64")]
static LIKE_ANTARCTICA_MACQUARIE_BY_YEAR: Years = years(&LIKE_ANTARCTICA_MACQUARIE);
static ANTARCTICA_MACQUARIE: Rules = Rules {
    changes: &[],
    offsets: [44, 44, 44, 44],
    by_rule: ByRule::since(0),
    transitions: &LIKE_ANTARCTICA_MACQUARIE,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_ANTARCTICA_MACQUARIE_BY_YEAR,
    outside: local_offset(44),
    between: local_offset(40),
};
static ANTARCTICA_MAWSON: Rules = Rules {
    changes: &[],
    offsets: [20, 20, 20, 20],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(20),
    between: local_offset(20),
};
static LIKE_ANTARCTICA_MCMURDO: YearlyTransitions = [
    [7750800, 15724800], [8269199, 15120000], [8182798, 15120000], [8096397, 15120000], [8009996, 15120000], [7923595, 15120000], [7837194, 15120000],
];
#[cfg(target_pointer_width = "64")]
static LIKE_ANTARCTICA_MCMURDO_BY_YEAR: Years = years(&LIKE_ANTARCTICA_MCMURDO);
static ANTARCTICA_MCMURDO: Rules = Rules {
    changes: &[],
    offsets: [52, 52, 52, 52],
    by_rule: ByRule::since(0),
    transitions: &LIKE_ANTARCTICA_MCMURDO,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_ANTARCTICA_MCMURDO_BY_YEAR,
    outside: local_offset(52),
    between: local_offset(48),
};
static ANTARCTICA_TROLL: Rules = Rules {
    changes: &[],
    offsets: [0, 0, 0, 0],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(0),
    between: local_offset(8),
};
static ANTARCTICA_VOSTOK: Rules = Rules {
    changes: &[125002801],
    offsets: [28, 20, 28, 28],
    by_rule: ByRule::since(125013600),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(20),
    between: local_offset(20),
};
static ASIA_ALMATY: Rules = Rules {
    changes: &[131392801],
    offsets: [24, 20, 24, 24],
    by_rule: ByRule::since(131403600),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(20),
    between: local_offset(20),
};
static ASIA_AMMAN: Rules = Rules {
    changes: &[7423201, 26172000, 38872801, 57621600, 67903201],
    offsets: [8, 12, 8, 8],
    by_rule: ByRule::since(67914000),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(12),
    between: local_offset(12),
};
static ASIA_ANADYR: Rules = Rules {
    changes: &[],
    offsets: [48, 48, 48, 48],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(48),
    between: local_offset(48),
};
static ASIA_BAKU: Rules = Rules {
    changes: &[],
    offsets: [16, 16, 16, 16],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(16),
    between: local_offset(16),
};
static LIKE_ASIA_BEIRUT: YearlyTransitions = [
    [7174800, 18745200], [7693199, 18140400], [7606798, 18140400], [7520397, 18140400], [7433996, 18745200], [7347595, 18745200], [7261194, 18745200],
];
#[cfg(target_pointer_width = "64")]
static LIKE_ASIA_BEIRUT_BY_YEAR: Years = years(&LIKE_ASIA_BEIRUT);
static ASIA_BEIRUT: Rules = Rules {
    changes: &[],
    offsets: [8, 8, 8, 8],
    by_rule: ByRule::since(0),
    transitions: &LIKE_ASIA_BEIRUT,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_ASIA_BEIRUT_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(12),
};
static ASIA_BISHKEK: Rules = Rules {
    changes: &[],
    offsets: [24, 24, 24, 24],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(24),
    between: local_offset(24),
};
static ASIA_BRUNEI: Rules = Rules {
    changes: &[],
    offsets: [32, 32, 32, 32],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(32),
    between: local_offset(32),
};
static ASIA_CALCUTTA: Rules = Rules {
    changes: &[],
    offsets: [22, 22, 22, 22],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(22),
    between: local_offset(22),
};
static ASIA_CHITA: Rules = Rules {
    changes: &[],
    offsets: [36, 36, 36, 36],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(36),
    between: local_offset(36),
};
static ASIA_DAMASCUS: Rules = Rules {
    changes: &[7423201, 26168400, 38872801, 57618000, 70322401],
    offsets: [8, 12, 8, 8],
    by_rule: ByRule::since(70333200),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(12),
    between: local_offset(12),
};
static ASIA_FAMAGUSTA: Rules = Rules {
    changes: &[],
    offsets: [8, 8, 8, 8],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(12),
};
static LIKE_ASIA_GAZA: YearlyTransitions = [
    [7095600, 18745200], [7613999, 18140400], [7527598, 18140400], [7441197, 18140400], [7354796, 18745200], [7268395, 18745200], [7181994, 18745200],
];
#[cfg(target_pointer_width = "64")]
static LIKE_ASIA_GAZA_BY_YEAR: Years = years(&LIKE_ASIA_GAZA);
static ASIA_GAZA: Rules = Rules {
    changes: &[
        7509601, 25653600, 38959201, 57621600, 70495201, 89161200, 104889601, 120610800, 135734401, 152060400, 166579201, 183510000,
        196819201, 214959600, 228268801, 247014000, 259718401, 278463600, 291168001, 309913200, 323222401, 341362800, 354672001, 372812400,
        386121601, 404866800, 417571201, 436316400, 449020801, 467766000, 480470401, 499215600, 512524801, 530060400, 543974401, 560905200,
        575424001, 591145200, 606873601, 621990000, 638323201, 652230000, 656467201, 657068400, 670377601, 683074800, 686707201, 688518000,
        701827201, 713919600, 717552001, 719967600, 733276801, 744159600, 748396801, 751417200, 764726401, 775004400, 778636801, 783471600,
        796176001, 805849200, 809481601, 814921200, 827625601, 836089200, 840326401, 846370800, 859680001, 866934000, 870566401, 877820400,
        891129601, 897174000, 901411201, 909270000, 922579201, 928018800, 931651201, 941324400, 954028801, 958863600, 962496001, 972774000,
        985478401, 989103600, 993340801, 1004223600, 1017532801, 1019948400, 1023580801, 1035673200, 1048982401, 1050188400, 1054425601, 1067122800,
        1080432001, 1081033200, 1085270401, 1098572400, 1115510401, 1130626800, 1146355201, 1162076400, 1176595201, 1193526000, 1207440001, 1224975600,
        1238284801, 1256425200, 1269734401, 1288479600, 1301184001, 1319929200, 1332633601, 1351378800, 1364083201, 1382828400, 1396137601, 1414278000,
        1427587201, 1445727600, 1459036801, 1477782000, 1490486401, 1509231600, 1521936001, 1540076400, 1553990401, 1570921200, 1585440001, 1601766000,
        1616889601, 1632006000, 1648339201, 1662850800, 1666483201, 1667084400, 1679788801, 1693695600, 1697328001, 1698534000, 1711238401, 1723935600,
        1728172801, 1729983600, 1743292801, 1754780400, 1758412801, 1761433200, 1774742401, 1785020400, 1789257601, 1792882800, 1806192001, 1815865200,
        1820102401, 1824937200, 1837641601, 1846710000, 1850342401, 1856386800, 1869091201, 1876950000, 1881187201, 1887836400, 1901145601, 1907794800,
        1911427201, 1919286000, 1932595201, 1938639600, 1942272001, 1950735600, 1964044801, 1968879600, 1973116801, 1982185200, 1995494401, 1999724400,
        2003356801, 2014239600, 2026944001, 2029964400, 2034201601, 2045689200, 2058393601, 2060809200, 2065046401, 2077138800, 2090448001, 2091654000,
        2095286401,
    ],
    offsets: [8, 12, 8, 8],
    by_rule: ByRule::since(2095297200),
    transitions: &LIKE_ASIA_GAZA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_ASIA_GAZA_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(12),
};
static LIKE_ASIA_JERUSALEM: YearlyTransitions = [
    [7009200, 18918000], [7527599, 18313200], [7441198, 18313200], [7354797, 18313200], [7268396, 18918000], [7181995, 18918000], [7095594, 18918000],
];
#[cfg(target_pointer_width = "64")]
static LIKE_ASIA_JERUSALEM_BY_YEAR: Years = years(&LIKE_ASIA_JERUSALEM);
static ASIA_JERUSALEM: Rules = Rules {
    changes: &[],
    offsets: [8, 8, 8, 8],
    by_rule: ByRule::since(0),
    transitions: &LIKE_ASIA_JERUSALEM,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_ASIA_JERUSALEM_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(12),
};
static ASIA_KABUL: Rules = Rules {
    changes: &[],
    offsets: [18, 18, 18, 18],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(18),
    between: local_offset(18),
};
static ASIA_KATHMANDU: Rules = Rules {
    changes: &[],
    offsets: [23, 23, 23, 23],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(23),
    between: local_offset(23),
};
static ASIA_MAGADAN: Rules = Rules {
    changes: &[],
    offsets: [44, 44, 44, 44],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(44),
    between: local_offset(44),
};
static ASIA_RANGOON: Rules = Rules {
    changes: &[],
    offsets: [26, 26, 26, 26],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(26),
    between: local_offset(26),
};
static ASIA_TEHRAN: Rules = Rules {
    changes: &[6899401, 22793400, 38521801, 54415800, 70057801, 85951800],
    offsets: [14, 18, 14, 14],
    by_rule: ByRule::since(85962600),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(14),
    between: local_offset(14),
};
static ATLANTIC_AZORES: Rules = Rules {
    changes: &[],
    offsets: [-4, -4, -4, -4],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(-4),
    between: local_offset(0),
};
static ATLANTIC_CANARY: Rules = Rules {
    changes: &[],
    offsets: [0, 0, 0, 0],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(0),
    between: local_offset(4),
};
static ATLANTIC_CAPE_VERDE: Rules = Rules {
    changes: &[],
    offsets: [-4, -4, -4, -4],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-4),
    between: local_offset(-4),
};
static LIKE_AUSTRALIA_ADELAIDE: YearlyTransitions = [
    [7759800, 16329600], [8278199, 15724800], [8191798, 15724800], [8105397, 15724800], [8018996, 15724800], [7932595, 15724800], [7846194, 15724800],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AUSTRALIA_ADELAIDE_BY_YEAR: Years = years(&LIKE_AUSTRALIA_ADELAIDE);
static AUSTRALIA_ADELAIDE: Rules = Rules {
    changes: &[],
    offsets: [42, 42, 42, 42],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AUSTRALIA_ADELAIDE,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AUSTRALIA_ADELAIDE_BY_YEAR,
    outside: local_offset(42),
    between: local_offset(38),
};
static AUSTRALIA_DARWIN: Rules = Rules {
    changes: &[],
    offsets: [38, 38, 38, 38],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(38),
    between: local_offset(38),
};
static AUSTRALIA_EUCLA: Rules = Rules {
    changes: &[],
    offsets: [35, 35, 35, 35],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(35),
    between: local_offset(35),
};
static LIKE_AUSTRALIA_LHI: YearlyTransitions = [
    [7754400, 16331400], [8272799, 15726600], [8186398, 15726600], [8099997, 15726600], [8013596, 15726600], [7927195, 15726600], [7840794, 15726600],
];
#[cfg(target_pointer_width = "64")]
static LIKE_AUSTRALIA_LHI_BY_YEAR: Years = years(&LIKE_AUSTRALIA_LHI);
static AUSTRALIA_LHI: Rules = Rules {
    changes: &[],
    offsets: [44, 44, 44, 44],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AUSTRALIA_LHI,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AUSTRALIA_LHI_BY_YEAR,
    outside: local_offset(44),
    between: local_offset(42),
};
static CHILE_EASTERISLAND: Rules = Rules {
    changes: &[8218801, 21528000, 39668401, 52977600, 71118001, 85032000],
    offsets: [-20, -24, -20, -20],
    by_rule: ByRule::since(85042800),
    transitions: &LIKE_AMERICA_SANTIAGO,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AMERICA_SANTIAGO_BY_YEAR,
    outside: local_offset(-20),
    between: local_offset(-24),
};
static ETC_GMT_PLUS_10: Rules = Rules {
    changes: &[],
    offsets: [-40, -40, -40, -40],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-40),
    between: local_offset(-40),
};
static ETC_GMT_PLUS_11: Rules = Rules {
    changes: &[],
    offsets: [-44, -44, -44, -44],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-44),
    between: local_offset(-44),
};
static ETC_GMT_PLUS_12: Rules = Rules {
    changes: &[],
    offsets: [-48, -48, -48, -48],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-48),
    between: local_offset(-48),
};
static ETC_GMT_PLUS_8: Rules = Rules {
    changes: &[],
    offsets: [-32, -32, -32, -32],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-32),
    between: local_offset(-32),
};
static ETC_GMT_PLUS_9: Rules = Rules {
    changes: &[],
    offsets: [-36, -36, -36, -36],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-36),
    between: local_offset(-36),
};
static ETC_GMT_MINUS_13: Rules = Rules {
    changes: &[],
    offsets: [52, 52, 52, 52],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(52),
    between: local_offset(52),
};
static ETC_GMT_MINUS_14: Rules = Rules {
    changes: &[],
    offsets: [56, 56, 56, 56],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(56),
    between: local_offset(56),
};
static EUROPE_CHISINAU: Rules = Rules {
    changes: &[7603201, 25747200, 39052801, 57801600, 57805200],
    offsets: [8, 12, 8, 8],
    by_rule: ByRule::since(57816000),
    transitions: &LIKE_AFRICA_CEUTA,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_CEUTA_BY_YEAR,
    outside: local_offset(8),
    between: local_offset(12),
};
static EUROPE_VOLGOGRAD: Rules = Rules {
    changes: &[31183201],
    offsets: [16, 12, 16, 16],
    by_rule: ByRule::since(31194000),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(12),
    between: local_offset(12),
};
static NZ_MINUS_CHAT: Rules = Rules {
    changes: &[],
    offsets: [55, 55, 55, 55],
    by_rule: ByRule::since(0),
    transitions: &LIKE_ANTARCTICA_MCMURDO,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_ANTARCTICA_MCMURDO_BY_YEAR,
    outside: local_offset(55),
    between: local_offset(51),
};
static PACIFIC_APIA: Rules = Rules {
    changes: &[8172001, 23292000, 39621601],
    offsets: [56, 52, 56, 56],
    by_rule: ByRule::since(39632400),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(52),
    between: local_offset(52),
};
static PACIFIC_FIJI: Rules = Rules {
    changes: &[914401, 30549600, 32968801],
    offsets: [52, 48, 52, 52],
    by_rule: ByRule::since(32979600),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(48),
    between: local_offset(48),
};
static PACIFIC_MARQUESAS: Rules = Rules {
    changes: &[],
    offsets: [-38, -38, -38, -38],
    by_rule: ByRule::since(0),
    transitions: &LIKE_AFRICA_ABIDJAN,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_AFRICA_ABIDJAN_BY_YEAR,
    outside: local_offset(-38),
    between: local_offset(-38),
};
static LIKE_PACIFIC_NORFOLK: YearlyTransitions = [
    [7754400, 16329600], [8272799, 15724800], [8186398, 15724800], [8099997, 15724800], [8013596, 15724800], [7927195, 15724800], [7840794, 15724800],
];
#[cfg(target_pointer_width = "64")]
static LIKE_PACIFIC_NORFOLK_BY_YEAR: Years = years(&LIKE_PACIFIC_NORFOLK);
static PACIFIC_NORFOLK: Rules = Rules {
    changes: &[],
    offsets: [48, 48, 48, 48],
    by_rule: ByRule::since(0),
    transitions: &LIKE_PACIFIC_NORFOLK,
    #[cfg(target_pointer_width = "64")]
    years: &LIKE_PACIFIC_NORFOLK_BY_YEAR,
    outside: local_offset(48),
    between: local_offset(44),
};

/// For [`TimeZone::named`](super::TimeZone::named): a constant, so that a program has none of it.
pub(super) const NAMES: [(&str, &Rules); 598] = [
    ("Africa/Abidjan", &AFRICA_ABIDJAN),
    ("Africa/Accra", &AFRICA_ABIDJAN),
    ("Africa/Addis_Ababa", &AFRICA_ADDIS_ABABA),
    ("Africa/Algiers", &AFRICA_ALGIERS),
    ("Africa/Asmara", &AFRICA_ADDIS_ABABA),
    ("Africa/Asmera", &AFRICA_ADDIS_ABABA),
    ("Africa/Bamako", &AFRICA_ABIDJAN),
    ("Africa/Bangui", &AFRICA_ALGIERS),
    ("Africa/Banjul", &AFRICA_ABIDJAN),
    ("Africa/Bissau", &AFRICA_ABIDJAN),
    ("Africa/Blantyre", &AFRICA_BLANTYRE),
    ("Africa/Brazzaville", &AFRICA_ALGIERS),
    ("Africa/Bujumbura", &AFRICA_BLANTYRE),
    ("Africa/Cairo", &AFRICA_CAIRO),
    ("Africa/Casablanca", &AFRICA_CASABLANCA),
    ("Africa/Ceuta", &AFRICA_CEUTA),
    ("Africa/Conakry", &AFRICA_ABIDJAN),
    ("Africa/Dakar", &AFRICA_ABIDJAN),
    ("Africa/Dar_es_Salaam", &AFRICA_ADDIS_ABABA),
    ("Africa/Djibouti", &AFRICA_ADDIS_ABABA),
    ("Africa/Douala", &AFRICA_ALGIERS),
    ("Africa/El_Aaiun", &AFRICA_CASABLANCA),
    ("Africa/Freetown", &AFRICA_ABIDJAN),
    ("Africa/Gaborone", &AFRICA_BLANTYRE),
    ("Africa/Harare", &AFRICA_BLANTYRE),
    ("Africa/Johannesburg", &AFRICA_BLANTYRE),
    ("Africa/Juba", &AFRICA_JUBA),
    ("Africa/Kampala", &AFRICA_ADDIS_ABABA),
    ("Africa/Khartoum", &AFRICA_BLANTYRE),
    ("Africa/Kigali", &AFRICA_BLANTYRE),
    ("Africa/Kinshasa", &AFRICA_ALGIERS),
    ("Africa/Lagos", &AFRICA_ALGIERS),
    ("Africa/Libreville", &AFRICA_ALGIERS),
    ("Africa/Lome", &AFRICA_ABIDJAN),
    ("Africa/Luanda", &AFRICA_ALGIERS),
    ("Africa/Lubumbashi", &AFRICA_BLANTYRE),
    ("Africa/Lusaka", &AFRICA_BLANTYRE),
    ("Africa/Malabo", &AFRICA_ALGIERS),
    ("Africa/Maputo", &AFRICA_BLANTYRE),
    ("Africa/Maseru", &AFRICA_BLANTYRE),
    ("Africa/Mbabane", &AFRICA_BLANTYRE),
    ("Africa/Mogadishu", &AFRICA_ADDIS_ABABA),
    ("Africa/Monrovia", &AFRICA_ABIDJAN),
    ("Africa/Nairobi", &AFRICA_ADDIS_ABABA),
    ("Africa/Ndjamena", &AFRICA_ALGIERS),
    ("Africa/Niamey", &AFRICA_ALGIERS),
    ("Africa/Nouakchott", &AFRICA_ABIDJAN),
    ("Africa/Ouagadougou", &AFRICA_ABIDJAN),
    ("Africa/Porto-Novo", &AFRICA_ALGIERS),
    ("Africa/Sao_Tome", &AFRICA_ABIDJAN),
    ("Africa/Timbuktu", &AFRICA_ABIDJAN),
    ("Africa/Tripoli", &AFRICA_BLANTYRE),
    ("Africa/Tunis", &AFRICA_ALGIERS),
    ("Africa/Windhoek", &AFRICA_BLANTYRE),
    ("America/Adak", &AMERICA_ADAK),
    ("America/Anchorage", &AMERICA_ANCHORAGE),
    ("America/Anguilla", &AMERICA_ANGUILLA),
    ("America/Antigua", &AMERICA_ANGUILLA),
    ("America/Araguaina", &AMERICA_ARAGUAINA),
    ("America/Argentina/Buenos_Aires", &AMERICA_ARAGUAINA),
    ("America/Argentina/Catamarca", &AMERICA_ARAGUAINA),
    ("America/Argentina/ComodRivadavia", &AMERICA_ARAGUAINA),
    ("America/Argentina/Cordoba", &AMERICA_ARAGUAINA),
    ("America/Argentina/Jujuy", &AMERICA_ARAGUAINA),
    ("America/Argentina/La_Rioja", &AMERICA_ARAGUAINA),
    ("America/Argentina/Mendoza", &AMERICA_ARAGUAINA),
    ("America/Argentina/Rio_Gallegos", &AMERICA_ARAGUAINA),
    ("America/Argentina/Salta", &AMERICA_ARAGUAINA),
    ("America/Argentina/San_Juan", &AMERICA_ARAGUAINA),
    ("America/Argentina/San_Luis", &AMERICA_ARAGUAINA),
    ("America/Argentina/Tucuman", &AMERICA_ARAGUAINA),
    ("America/Argentina/Ushuaia", &AMERICA_ARAGUAINA),
    ("America/Aruba", &AMERICA_ANGUILLA),
    ("America/Asuncion", &AMERICA_ASUNCION),
    ("America/Atikokan", &AMERICA_ATIKOKAN),
    ("America/Atka", &AMERICA_ADAK),
    ("America/Bahia", &AMERICA_ARAGUAINA),
    ("America/Bahia_Banderas", &AMERICA_BAHIA_BANDERAS),
    ("America/Barbados", &AMERICA_ANGUILLA),
    ("America/Belem", &AMERICA_ARAGUAINA),
    ("America/Belize", &AMERICA_BELIZE),
    ("America/Blanc-Sablon", &AMERICA_ANGUILLA),
    ("America/Boa_Vista", &AMERICA_ANGUILLA),
    ("America/Bogota", &AMERICA_ATIKOKAN),
    ("America/Boise", &AMERICA_BOISE),
    ("America/Buenos_Aires", &AMERICA_ARAGUAINA),
    ("America/Cambridge_Bay", &AMERICA_BOISE),
    ("America/Campo_Grande", &AMERICA_ANGUILLA),
    ("America/Cancun", &AMERICA_ATIKOKAN),
    ("America/Caracas", &AMERICA_ANGUILLA),
    ("America/Catamarca", &AMERICA_ARAGUAINA),
    ("America/Cayenne", &AMERICA_ARAGUAINA),
    ("America/Cayman", &AMERICA_ATIKOKAN),
    ("America/Chicago", &AMERICA_CHICAGO),
    ("America/Chihuahua", &AMERICA_CHIHUAHUA),
    ("America/Ciudad_Juarez", &AMERICA_CIUDAD_JUAREZ),
    ("America/Coral_Harbour", &AMERICA_ATIKOKAN),
    ("America/Cordoba", &AMERICA_ARAGUAINA),
    ("America/Costa_Rica", &AMERICA_BELIZE),
    ("America/Coyhaique", &AMERICA_COYHAIQUE),
    ("America/Creston", &AMERICA_CRESTON),
    ("America/Cuiaba", &AMERICA_ANGUILLA),
    ("America/Curacao", &AMERICA_ANGUILLA),
    ("America/Danmarkshavn", &AFRICA_ABIDJAN),
    ("America/Dawson", &AMERICA_DAWSON),
    ("America/Dawson_Creek", &AMERICA_CRESTON),
    ("America/Denver", &AMERICA_BOISE),
    ("America/Detroit", &AMERICA_DETROIT),
    ("America/Dominica", &AMERICA_ANGUILLA),
    ("America/Edmonton", &AMERICA_EDMONTON),
    ("America/Eirunepe", &AMERICA_ATIKOKAN),
    ("America/El_Salvador", &AMERICA_BELIZE),
    ("America/Ensenada", &AMERICA_ENSENADA),
    ("America/Fort_Nelson", &AMERICA_CRESTON),
    ("America/Fort_Wayne", &AMERICA_DETROIT),
    ("America/Fortaleza", &AMERICA_ARAGUAINA),
    ("America/Glace_Bay", &AMERICA_GLACE_BAY),
    ("America/Godthab", &AMERICA_GODTHAB),
    ("America/Goose_Bay", &AMERICA_GLACE_BAY),
    ("America/Grand_Turk", &AMERICA_DETROIT),
    ("America/Grenada", &AMERICA_ANGUILLA),
    ("America/Guadeloupe", &AMERICA_ANGUILLA),
    ("America/Guatemala", &AMERICA_BELIZE),
    ("America/Guayaquil", &AMERICA_ATIKOKAN),
    ("America/Guyana", &AMERICA_ANGUILLA),
    ("America/Halifax", &AMERICA_GLACE_BAY),
    ("America/Havana", &AMERICA_HAVANA),
    ("America/Hermosillo", &AMERICA_CRESTON),
    ("America/Indiana/Indianapolis", &AMERICA_DETROIT),
    ("America/Indiana/Knox", &AMERICA_CHICAGO),
    ("America/Indiana/Marengo", &AMERICA_DETROIT),
    ("America/Indiana/Petersburg", &AMERICA_DETROIT),
    ("America/Indiana/Tell_City", &AMERICA_CHICAGO),
    ("America/Indiana/Vevay", &AMERICA_DETROIT),
    ("America/Indiana/Vincennes", &AMERICA_DETROIT),
    ("America/Indiana/Winamac", &AMERICA_DETROIT),
    ("America/Indianapolis", &AMERICA_DETROIT),
    ("America/Inuvik", &AMERICA_EDMONTON),
    ("America/Iqaluit", &AMERICA_DETROIT),
    ("America/Jamaica", &AMERICA_ATIKOKAN),
    ("America/Jujuy", &AMERICA_ARAGUAINA),
    ("America/Juneau", &AMERICA_ANCHORAGE),
    ("America/Kentucky/Louisville", &AMERICA_DETROIT),
    ("America/Kentucky/Monticello", &AMERICA_DETROIT),
    ("America/Knox_IN", &AMERICA_CHICAGO),
    ("America/Kralendijk", &AMERICA_ANGUILLA),
    ("America/La_Paz", &AMERICA_ANGUILLA),
    ("America/Lima", &AMERICA_ATIKOKAN),
    ("America/Los_Angeles", &AMERICA_ENSENADA),
    ("America/Louisville", &AMERICA_DETROIT),
    ("America/Lower_Princes", &AMERICA_ANGUILLA),
    ("America/Maceio", &AMERICA_ARAGUAINA),
    ("America/Managua", &AMERICA_BELIZE),
    ("America/Manaus", &AMERICA_ANGUILLA),
    ("America/Marigot", &AMERICA_ANGUILLA),
    ("America/Martinique", &AMERICA_ANGUILLA),
    ("America/Matamoros", &AMERICA_CHICAGO),
    ("America/Mazatlan", &AMERICA_MAZATLAN),
    ("America/Mendoza", &AMERICA_ARAGUAINA),
    ("America/Menominee", &AMERICA_CHICAGO),
    ("America/Merida", &AMERICA_BAHIA_BANDERAS),
    ("America/Metlakatla", &AMERICA_ANCHORAGE),
    ("America/Mexico_City", &AMERICA_BAHIA_BANDERAS),
    ("America/Miquelon", &AMERICA_MIQUELON),
    ("America/Moncton", &AMERICA_GLACE_BAY),
    ("America/Monterrey", &AMERICA_BAHIA_BANDERAS),
    ("America/Montevideo", &AMERICA_ARAGUAINA),
    ("America/Montreal", &AMERICA_DETROIT),
    ("America/Montserrat", &AMERICA_ANGUILLA),
    ("America/Nassau", &AMERICA_DETROIT),
    ("America/New_York", &AMERICA_DETROIT),
    ("America/Nipigon", &AMERICA_DETROIT),
    ("America/Nome", &AMERICA_ANCHORAGE),
    ("America/Noronha", &AMERICA_NORONHA),
    ("America/North_Dakota/Beulah", &AMERICA_CHICAGO),
    ("America/North_Dakota/Center", &AMERICA_CHICAGO),
    ("America/North_Dakota/New_Salem", &AMERICA_CHICAGO),
    ("America/Nuuk", &AMERICA_GODTHAB),
    ("America/Ojinaga", &AMERICA_OJINAGA),
    ("America/Panama", &AMERICA_ATIKOKAN),
    ("America/Pangnirtung", &AMERICA_DETROIT),
    ("America/Paramaribo", &AMERICA_ARAGUAINA),
    ("America/Phoenix", &AMERICA_CRESTON),
    ("America/Port-au-Prince", &AMERICA_DETROIT),
    ("America/Port_of_Spain", &AMERICA_ANGUILLA),
    ("America/Porto_Acre", &AMERICA_ATIKOKAN),
    ("America/Porto_Velho", &AMERICA_ANGUILLA),
    ("America/Puerto_Rico", &AMERICA_ANGUILLA),
    ("America/Punta_Arenas", &AMERICA_ARAGUAINA),
    ("America/Rainy_River", &AMERICA_RAINY_RIVER),
    ("America/Rankin_Inlet", &AMERICA_CHICAGO),
    ("America/Recife", &AMERICA_ARAGUAINA),
    ("America/Regina", &AMERICA_BELIZE),
    ("America/Resolute", &AMERICA_CHICAGO),
    ("America/Rio_Branco", &AMERICA_ATIKOKAN),
    ("America/Rosario", &AMERICA_ARAGUAINA),
    ("America/Santa_Isabel", &AMERICA_ENSENADA),
    ("America/Santarem", &AMERICA_ARAGUAINA),
    ("America/Santiago", &AMERICA_SANTIAGO),
    ("America/Santo_Domingo", &AMERICA_ANGUILLA),
    ("America/Sao_Paulo", &AMERICA_ARAGUAINA),
    ("America/Scoresbysund", &AMERICA_SCORESBYSUND),
    ("America/Shiprock", &AMERICA_BOISE),
    ("America/Sitka", &AMERICA_ANCHORAGE),
    ("America/St_Barthelemy", &AMERICA_ANGUILLA),
    ("America/St_Johns", &AMERICA_ST_JOHNS),
    ("America/St_Kitts", &AMERICA_ANGUILLA),
    ("America/St_Lucia", &AMERICA_ANGUILLA),
    ("America/St_Thomas", &AMERICA_ANGUILLA),
    ("America/St_Vincent", &AMERICA_ANGUILLA),
    ("America/Swift_Current", &AMERICA_BELIZE),
    ("America/Tegucigalpa", &AMERICA_BELIZE),
    ("America/Thule", &AMERICA_GLACE_BAY),
    ("America/Thunder_Bay", &AMERICA_DETROIT),
    ("America/Tijuana", &AMERICA_ENSENADA),
    ("America/Toronto", &AMERICA_DETROIT),
    ("America/Tortola", &AMERICA_ANGUILLA),
    ("America/Vancouver", &AMERICA_VANCOUVER),
    ("America/Virgin", &AMERICA_ANGUILLA),
    ("America/Whitehorse", &AMERICA_DAWSON),
    ("America/Winnipeg", &AMERICA_RAINY_RIVER),
    ("America/Yakutat", &AMERICA_ANCHORAGE),
    ("America/Yellowknife", &AMERICA_EDMONTON),
    ("Antarctica/Casey", &ANTARCTICA_CASEY),
    ("Antarctica/Davis", &ANTARCTICA_DAVIS),
    ("Antarctica/DumontDUrville", &ANTARCTICA_DUMONTDURVILLE),
    ("Antarctica/Macquarie", &ANTARCTICA_MACQUARIE),
    ("Antarctica/Mawson", &ANTARCTICA_MAWSON),
    ("Antarctica/McMurdo", &ANTARCTICA_MCMURDO),
    ("Antarctica/Palmer", &AMERICA_ARAGUAINA),
    ("Antarctica/Rothera", &AMERICA_ARAGUAINA),
    ("Antarctica/South_Pole", &ANTARCTICA_MCMURDO),
    ("Antarctica/Syowa", &AFRICA_ADDIS_ABABA),
    ("Antarctica/Troll", &ANTARCTICA_TROLL),
    ("Antarctica/Vostok", &ANTARCTICA_VOSTOK),
    ("Arctic/Longyearbyen", &AFRICA_CEUTA),
    ("Asia/Aden", &AFRICA_ADDIS_ABABA),
    ("Asia/Almaty", &ASIA_ALMATY),
    ("Asia/Amman", &ASIA_AMMAN),
    ("Asia/Anadyr", &ASIA_ANADYR),
    ("Asia/Aqtau", &ANTARCTICA_MAWSON),
    ("Asia/Aqtobe", &ANTARCTICA_MAWSON),
    ("Asia/Ashgabat", &ANTARCTICA_MAWSON),
    ("Asia/Ashkhabad", &ANTARCTICA_MAWSON),
    ("Asia/Atyrau", &ANTARCTICA_MAWSON),
    ("Asia/Baghdad", &AFRICA_ADDIS_ABABA),
    ("Asia/Bahrain", &AFRICA_ADDIS_ABABA),
    ("Asia/Baku", &ASIA_BAKU),
    ("Asia/Bangkok", &ANTARCTICA_DAVIS),
    ("Asia/Barnaul", &ANTARCTICA_DAVIS),
    ("Asia/Beirut", &ASIA_BEIRUT),
    ("Asia/Bishkek", &ASIA_BISHKEK),
    ("Asia/Brunei", &ASIA_BRUNEI),
    ("Asia/Calcutta", &ASIA_CALCUTTA),
    ("Asia/Chita", &ASIA_CHITA),
    ("Asia/Choibalsan", &ASIA_BRUNEI),
    ("Asia/Chongqing", &ASIA_BRUNEI),
    ("Asia/Chungking", &ASIA_BRUNEI),
    ("Asia/Colombo", &ASIA_CALCUTTA),
    ("Asia/Dacca", &ASIA_BISHKEK),
    ("Asia/Damascus", &ASIA_DAMASCUS),
    ("Asia/Dhaka", &ASIA_BISHKEK),
    ("Asia/Dili", &ASIA_CHITA),
    ("Asia/Dubai", &ASIA_BAKU),
    ("Asia/Dushanbe", &ANTARCTICA_MAWSON),
    ("Asia/Famagusta", &ASIA_FAMAGUSTA),
    ("Asia/Gaza", &ASIA_GAZA),
    ("Asia/Harbin", &ASIA_BRUNEI),
    ("Asia/Hebron", &ASIA_GAZA),
    ("Asia/Ho_Chi_Minh", &ANTARCTICA_DAVIS),
    ("Asia/Hong_Kong", &ASIA_BRUNEI),
    ("Asia/Hovd", &ANTARCTICA_DAVIS),
    ("Asia/Irkutsk", &ASIA_BRUNEI),
    ("Asia/Istanbul", &AFRICA_ADDIS_ABABA),
    ("Asia/Jakarta", &ANTARCTICA_DAVIS),
    ("Asia/Jayapura", &ASIA_CHITA),
    ("Asia/Jerusalem", &ASIA_JERUSALEM),
    ("Asia/Kabul", &ASIA_KABUL),
    ("Asia/Kamchatka", &ASIA_ANADYR),
    ("Asia/Karachi", &ANTARCTICA_MAWSON),
    ("Asia/Kashgar", &ASIA_BISHKEK),
    ("Asia/Kathmandu", &ASIA_KATHMANDU),
    ("Asia/Katmandu", &ASIA_KATHMANDU),
    ("Asia/Khandyga", &ASIA_CHITA),
    ("Asia/Kolkata", &ASIA_CALCUTTA),
    ("Asia/Krasnoyarsk", &ANTARCTICA_DAVIS),
    ("Asia/Kuala_Lumpur", &ASIA_BRUNEI),
    ("Asia/Kuching", &ASIA_BRUNEI),
    ("Asia/Kuwait", &AFRICA_ADDIS_ABABA),
    ("Asia/Macao", &ASIA_BRUNEI),
    ("Asia/Macau", &ASIA_BRUNEI),
    ("Asia/Magadan", &ASIA_MAGADAN),
    ("Asia/Makassar", &ASIA_BRUNEI),
    ("Asia/Manila", &ASIA_BRUNEI),
    ("Asia/Muscat", &ASIA_BAKU),
    ("Asia/Nicosia", &ASIA_FAMAGUSTA),
    ("Asia/Novokuznetsk", &ANTARCTICA_DAVIS),
    ("Asia/Novosibirsk", &ANTARCTICA_DAVIS),
    ("Asia/Omsk", &ASIA_BISHKEK),
    ("Asia/Oral", &ANTARCTICA_MAWSON),
    ("Asia/Phnom_Penh", &ANTARCTICA_DAVIS),
    ("Asia/Pontianak", &ANTARCTICA_DAVIS),
    ("Asia/Pyongyang", &ASIA_CHITA),
    ("Asia/Qatar", &AFRICA_ADDIS_ABABA),
    ("Asia/Qostanay", &ASIA_ALMATY),
    ("Asia/Qyzylorda", &ANTARCTICA_MAWSON),
    ("Asia/Rangoon", &ASIA_RANGOON),
    ("Asia/Riyadh", &AFRICA_ADDIS_ABABA),
    ("Asia/Saigon", &ANTARCTICA_DAVIS),
    ("Asia/Sakhalin", &ASIA_MAGADAN),
    ("Asia/Samarkand", &ANTARCTICA_MAWSON),
    ("Asia/Seoul", &ASIA_CHITA),
    ("Asia/Shanghai", &ASIA_BRUNEI),
    ("Asia/Singapore", &ASIA_BRUNEI),
    ("Asia/Srednekolymsk", &ASIA_MAGADAN),
    ("Asia/Taipei", &ASIA_BRUNEI),
    ("Asia/Tashkent", &ANTARCTICA_MAWSON),
    ("Asia/Tbilisi", &ASIA_BAKU),
    ("Asia/Tehran", &ASIA_TEHRAN),
    ("Asia/Tel_Aviv", &ASIA_JERUSALEM),
    ("Asia/Thimbu", &ASIA_BISHKEK),
    ("Asia/Thimphu", &ASIA_BISHKEK),
    ("Asia/Tokyo", &ASIA_CHITA),
    ("Asia/Tomsk", &ANTARCTICA_DAVIS),
    ("Asia/Ujung_Pandang", &ASIA_BRUNEI),
    ("Asia/Ulaanbaatar", &ASIA_BRUNEI),
    ("Asia/Ulan_Bator", &ASIA_BRUNEI),
    ("Asia/Urumqi", &ASIA_BISHKEK),
    ("Asia/Ust-Nera", &ANTARCTICA_DUMONTDURVILLE),
    ("Asia/Vientiane", &ANTARCTICA_DAVIS),
    ("Asia/Vladivostok", &ANTARCTICA_DUMONTDURVILLE),
    ("Asia/Yakutsk", &ASIA_CHITA),
    ("Asia/Yangon", &ASIA_RANGOON),
    ("Asia/Yekaterinburg", &ANTARCTICA_MAWSON),
    ("Asia/Yerevan", &ASIA_BAKU),
    ("Atlantic/Azores", &ATLANTIC_AZORES),
    ("Atlantic/Bermuda", &AMERICA_GLACE_BAY),
    ("Atlantic/Canary", &ATLANTIC_CANARY),
    ("Atlantic/Cape_Verde", &ATLANTIC_CAPE_VERDE),
    ("Atlantic/Faeroe", &ATLANTIC_CANARY),
    ("Atlantic/Faroe", &ATLANTIC_CANARY),
    ("Atlantic/Jan_Mayen", &AFRICA_CEUTA),
    ("Atlantic/Madeira", &ATLANTIC_CANARY),
    ("Atlantic/Reykjavik", &AFRICA_ABIDJAN),
    ("Atlantic/South_Georgia", &AMERICA_NORONHA),
    ("Atlantic/St_Helena", &AFRICA_ABIDJAN),
    ("Atlantic/Stanley", &AMERICA_ARAGUAINA),
    ("Australia/ACT", &ANTARCTICA_MACQUARIE),
    ("Australia/Adelaide", &AUSTRALIA_ADELAIDE),
    ("Australia/Brisbane", &ANTARCTICA_DUMONTDURVILLE),
    ("Australia/Broken_Hill", &AUSTRALIA_ADELAIDE),
    ("Australia/Canberra", &ANTARCTICA_MACQUARIE),
    ("Australia/Currie", &ANTARCTICA_MACQUARIE),
    ("Australia/Darwin", &AUSTRALIA_DARWIN),
    ("Australia/Eucla", &AUSTRALIA_EUCLA),
    ("Australia/Hobart", &ANTARCTICA_MACQUARIE),
    ("Australia/LHI", &AUSTRALIA_LHI),
    ("Australia/Lindeman", &ANTARCTICA_DUMONTDURVILLE),
    ("Australia/Lord_Howe", &AUSTRALIA_LHI),
    ("Australia/Melbourne", &ANTARCTICA_MACQUARIE),
    ("Australia/NSW", &ANTARCTICA_MACQUARIE),
    ("Australia/North", &AUSTRALIA_DARWIN),
    ("Australia/Perth", &ASIA_BRUNEI),
    ("Australia/Queensland", &ANTARCTICA_DUMONTDURVILLE),
    ("Australia/South", &AUSTRALIA_ADELAIDE),
    ("Australia/Sydney", &ANTARCTICA_MACQUARIE),
    ("Australia/Tasmania", &ANTARCTICA_MACQUARIE),
    ("Australia/Victoria", &ANTARCTICA_MACQUARIE),
    ("Australia/West", &ASIA_BRUNEI),
    ("Australia/Yancowinna", &AUSTRALIA_ADELAIDE),
    ("Brazil/Acre", &AMERICA_ATIKOKAN),
    ("Brazil/DeNoronha", &AMERICA_NORONHA),
    ("Brazil/East", &AMERICA_ARAGUAINA),
    ("Brazil/West", &AMERICA_ANGUILLA),
    ("CET", &AFRICA_CEUTA),
    ("CST6CDT", &AMERICA_CHICAGO),
    ("Canada/Atlantic", &AMERICA_GLACE_BAY),
    ("Canada/Central", &AMERICA_RAINY_RIVER),
    ("Canada/Eastern", &AMERICA_DETROIT),
    ("Canada/Mountain", &AMERICA_EDMONTON),
    ("Canada/Newfoundland", &AMERICA_ST_JOHNS),
    ("Canada/Pacific", &AMERICA_VANCOUVER),
    ("Canada/Saskatchewan", &AMERICA_BELIZE),
    ("Canada/Yukon", &AMERICA_DAWSON),
    ("Chile/Continental", &AMERICA_SANTIAGO),
    ("Chile/EasterIsland", &CHILE_EASTERISLAND),
    ("Cuba", &AMERICA_HAVANA),
    ("EET", &ASIA_FAMAGUSTA),
    ("EST", &AMERICA_ATIKOKAN),
    ("EST5EDT", &AMERICA_DETROIT),
    ("Egypt", &AFRICA_CAIRO),
    ("Eire", &ATLANTIC_CANARY),
    ("Etc/GMT", &AFRICA_ABIDJAN),
    ("Etc/GMT+0", &AFRICA_ABIDJAN),
    ("Etc/GMT+1", &ATLANTIC_CAPE_VERDE),
    ("Etc/GMT+10", &ETC_GMT_PLUS_10),
    ("Etc/GMT+11", &ETC_GMT_PLUS_11),
    ("Etc/GMT+12", &ETC_GMT_PLUS_12),
    ("Etc/GMT+2", &AMERICA_NORONHA),
    ("Etc/GMT+3", &AMERICA_ARAGUAINA),
    ("Etc/GMT+4", &AMERICA_ANGUILLA),
    ("Etc/GMT+5", &AMERICA_ATIKOKAN),
    ("Etc/GMT+6", &AMERICA_BELIZE),
    ("Etc/GMT+7", &AMERICA_CRESTON),
    ("Etc/GMT+8", &ETC_GMT_PLUS_8),
    ("Etc/GMT+9", &ETC_GMT_PLUS_9),
    ("Etc/GMT-0", &AFRICA_ABIDJAN),
    ("Etc/GMT-1", &AFRICA_ALGIERS),
    ("Etc/GMT-10", &ANTARCTICA_DUMONTDURVILLE),
    ("Etc/GMT-11", &ASIA_MAGADAN),
    ("Etc/GMT-12", &ASIA_ANADYR),
    ("Etc/GMT-13", &ETC_GMT_MINUS_13),
    ("Etc/GMT-14", &ETC_GMT_MINUS_14),
    ("Etc/GMT-2", &AFRICA_BLANTYRE),
    ("Etc/GMT-3", &AFRICA_ADDIS_ABABA),
    ("Etc/GMT-4", &ASIA_BAKU),
    ("Etc/GMT-5", &ANTARCTICA_MAWSON),
    ("Etc/GMT-6", &ASIA_BISHKEK),
    ("Etc/GMT-7", &ANTARCTICA_DAVIS),
    ("Etc/GMT-8", &ASIA_BRUNEI),
    ("Etc/GMT-9", &ASIA_CHITA),
    ("Etc/GMT0", &AFRICA_ABIDJAN),
    ("Etc/Greenwich", &AFRICA_ABIDJAN),
    ("Etc/UCT", &AFRICA_ABIDJAN),
    ("Etc/UTC", &AFRICA_ABIDJAN),
    ("Etc/Universal", &AFRICA_ABIDJAN),
    ("Etc/Zulu", &AFRICA_ABIDJAN),
    ("Europe/Amsterdam", &AFRICA_CEUTA),
    ("Europe/Andorra", &AFRICA_CEUTA),
    ("Europe/Astrakhan", &ASIA_BAKU),
    ("Europe/Athens", &ASIA_FAMAGUSTA),
    ("Europe/Belfast", &ATLANTIC_CANARY),
    ("Europe/Belgrade", &AFRICA_CEUTA),
    ("Europe/Berlin", &AFRICA_CEUTA),
    ("Europe/Bratislava", &AFRICA_CEUTA),
    ("Europe/Brussels", &AFRICA_CEUTA),
    ("Europe/Bucharest", &ASIA_FAMAGUSTA),
    ("Europe/Budapest", &AFRICA_CEUTA),
    ("Europe/Busingen", &AFRICA_CEUTA),
    ("Europe/Chisinau", &EUROPE_CHISINAU),
    ("Europe/Copenhagen", &AFRICA_CEUTA),
    ("Europe/Dublin", &ATLANTIC_CANARY),
    ("Europe/Gibraltar", &AFRICA_CEUTA),
    ("Europe/Guernsey", &ATLANTIC_CANARY),
    ("Europe/Helsinki", &ASIA_FAMAGUSTA),
    ("Europe/Isle_of_Man", &ATLANTIC_CANARY),
    ("Europe/Istanbul", &AFRICA_ADDIS_ABABA),
    ("Europe/Jersey", &ATLANTIC_CANARY),
    ("Europe/Kaliningrad", &AFRICA_BLANTYRE),
    ("Europe/Kiev", &ASIA_FAMAGUSTA),
    ("Europe/Kirov", &AFRICA_ADDIS_ABABA),
    ("Europe/Kyiv", &ASIA_FAMAGUSTA),
    ("Europe/Lisbon", &ATLANTIC_CANARY),
    ("Europe/Ljubljana", &AFRICA_CEUTA),
    ("Europe/London", &ATLANTIC_CANARY),
    ("Europe/Luxembourg", &AFRICA_CEUTA),
    ("Europe/Madrid", &AFRICA_CEUTA),
    ("Europe/Malta", &AFRICA_CEUTA),
    ("Europe/Mariehamn", &ASIA_FAMAGUSTA),
    ("Europe/Minsk", &AFRICA_ADDIS_ABABA),
    ("Europe/Monaco", &AFRICA_CEUTA),
    ("Europe/Moscow", &AFRICA_ADDIS_ABABA),
    ("Europe/Nicosia", &ASIA_FAMAGUSTA),
    ("Europe/Oslo", &AFRICA_CEUTA),
    ("Europe/Paris", &AFRICA_CEUTA),
    ("Europe/Podgorica", &AFRICA_CEUTA),
    ("Europe/Prague", &AFRICA_CEUTA),
    ("Europe/Riga", &ASIA_FAMAGUSTA),
    ("Europe/Rome", &AFRICA_CEUTA),
    ("Europe/Samara", &ASIA_BAKU),
    ("Europe/San_Marino", &AFRICA_CEUTA),
    ("Europe/Sarajevo", &AFRICA_CEUTA),
    ("Europe/Saratov", &ASIA_BAKU),
    ("Europe/Simferopol", &AFRICA_ADDIS_ABABA),
    ("Europe/Skopje", &AFRICA_CEUTA),
    ("Europe/Sofia", &ASIA_FAMAGUSTA),
    ("Europe/Stockholm", &AFRICA_CEUTA),
    ("Europe/Tallinn", &ASIA_FAMAGUSTA),
    ("Europe/Tirane", &AFRICA_CEUTA),
    ("Europe/Tiraspol", &EUROPE_CHISINAU),
    ("Europe/Ulyanovsk", &ASIA_BAKU),
    ("Europe/Uzhgorod", &ASIA_FAMAGUSTA),
    ("Europe/Vaduz", &AFRICA_CEUTA),
    ("Europe/Vatican", &AFRICA_CEUTA),
    ("Europe/Vienna", &AFRICA_CEUTA),
    ("Europe/Vilnius", &ASIA_FAMAGUSTA),
    ("Europe/Volgograd", &EUROPE_VOLGOGRAD),
    ("Europe/Warsaw", &AFRICA_CEUTA),
    ("Europe/Zagreb", &AFRICA_CEUTA),
    ("Europe/Zaporozhye", &ASIA_FAMAGUSTA),
    ("Europe/Zurich", &AFRICA_CEUTA),
    ("Factory", &AFRICA_ABIDJAN),
    ("GB", &ATLANTIC_CANARY),
    ("GB-Eire", &ATLANTIC_CANARY),
    ("GMT", &AFRICA_ABIDJAN),
    ("GMT+0", &AFRICA_ABIDJAN),
    ("GMT-0", &AFRICA_ABIDJAN),
    ("GMT0", &AFRICA_ABIDJAN),
    ("Greenwich", &AFRICA_ABIDJAN),
    ("HST", &ETC_GMT_PLUS_10),
    ("Hongkong", &ASIA_BRUNEI),
    ("Iceland", &AFRICA_ABIDJAN),
    ("Indian/Antananarivo", &AFRICA_ADDIS_ABABA),
    ("Indian/Chagos", &ASIA_BISHKEK),
    ("Indian/Christmas", &ANTARCTICA_DAVIS),
    ("Indian/Cocos", &ASIA_RANGOON),
    ("Indian/Comoro", &AFRICA_ADDIS_ABABA),
    ("Indian/Kerguelen", &ANTARCTICA_MAWSON),
    ("Indian/Mahe", &ASIA_BAKU),
    ("Indian/Maldives", &ANTARCTICA_MAWSON),
    ("Indian/Mauritius", &ASIA_BAKU),
    ("Indian/Mayotte", &AFRICA_ADDIS_ABABA),
    ("Indian/Reunion", &ASIA_BAKU),
    ("Iran", &ASIA_TEHRAN),
    ("Israel", &ASIA_JERUSALEM),
    ("Jamaica", &AMERICA_ATIKOKAN),
    ("Japan", &ASIA_CHITA),
    ("Kwajalein", &ASIA_ANADYR),
    ("Libya", &AFRICA_BLANTYRE),
    ("MET", &AFRICA_CEUTA),
    ("MST", &AMERICA_CRESTON),
    ("MST7MDT", &AMERICA_BOISE),
    ("Mexico/BajaNorte", &AMERICA_ENSENADA),
    ("Mexico/BajaSur", &AMERICA_MAZATLAN),
    ("Mexico/General", &AMERICA_BAHIA_BANDERAS),
    ("NZ", &ANTARCTICA_MCMURDO),
    ("NZ-CHAT", &NZ_MINUS_CHAT),
    ("Navajo", &AMERICA_BOISE),
    ("PRC", &ASIA_BRUNEI),
    ("PST8PDT", &AMERICA_ENSENADA),
    ("Pacific/Apia", &PACIFIC_APIA),
    ("Pacific/Auckland", &ANTARCTICA_MCMURDO),
    ("Pacific/Bougainville", &ASIA_MAGADAN),
    ("Pacific/Chatham", &NZ_MINUS_CHAT),
    ("Pacific/Chuuk", &ANTARCTICA_DUMONTDURVILLE),
    ("Pacific/Easter", &CHILE_EASTERISLAND),
    ("Pacific/Efate", &ASIA_MAGADAN),
    ("Pacific/Enderbury", &ETC_GMT_MINUS_13),
    ("Pacific/Fakaofo", &ETC_GMT_MINUS_13),
    ("Pacific/Fiji", &PACIFIC_FIJI),
    ("Pacific/Funafuti", &ASIA_ANADYR),
    ("Pacific/Galapagos", &AMERICA_BELIZE),
    ("Pacific/Gambier", &ETC_GMT_PLUS_9),
    ("Pacific/Guadalcanal", &ASIA_MAGADAN),
    ("Pacific/Guam", &ANTARCTICA_DUMONTDURVILLE),
    ("Pacific/Honolulu", &ETC_GMT_PLUS_10),
    ("Pacific/Johnston", &ETC_GMT_PLUS_10),
    ("Pacific/Kanton", &ETC_GMT_MINUS_13),
    ("Pacific/Kiritimati", &ETC_GMT_MINUS_14),
    ("Pacific/Kosrae", &ASIA_MAGADAN),
    ("Pacific/Kwajalein", &ASIA_ANADYR),
    ("Pacific/Majuro", &ASIA_ANADYR),
    ("Pacific/Marquesas", &PACIFIC_MARQUESAS),
    ("Pacific/Midway", &ETC_GMT_PLUS_11),
    ("Pacific/Nauru", &ASIA_ANADYR),
    ("Pacific/Niue", &ETC_GMT_PLUS_11),
    ("Pacific/Norfolk", &PACIFIC_NORFOLK),
    ("Pacific/Noumea", &ASIA_MAGADAN),
    ("Pacific/Pago_Pago", &ETC_GMT_PLUS_11),
    ("Pacific/Palau", &ASIA_CHITA),
    ("Pacific/Pitcairn", &ETC_GMT_PLUS_8),
    ("Pacific/Pohnpei", &ASIA_MAGADAN),
    ("Pacific/Ponape", &ASIA_MAGADAN),
    ("Pacific/Port_Moresby", &ANTARCTICA_DUMONTDURVILLE),
    ("Pacific/Rarotonga", &ETC_GMT_PLUS_10),
    ("Pacific/Saipan", &ANTARCTICA_DUMONTDURVILLE),
    ("Pacific/Samoa", &ETC_GMT_PLUS_11),
    ("Pacific/Tahiti", &ETC_GMT_PLUS_10),
    ("Pacific/Tarawa", &ASIA_ANADYR),
    ("Pacific/Tongatapu", &ETC_GMT_MINUS_13),
    ("Pacific/Truk", &ANTARCTICA_DUMONTDURVILLE),
    ("Pacific/Wake", &ASIA_ANADYR),
    ("Pacific/Wallis", &ASIA_ANADYR),
    ("Pacific/Yap", &ANTARCTICA_DUMONTDURVILLE),
    ("Poland", &AFRICA_CEUTA),
    ("Portugal", &ATLANTIC_CANARY),
    ("ROC", &ASIA_BRUNEI),
    ("ROK", &ASIA_CHITA),
    ("Singapore", &ASIA_BRUNEI),
    ("Turkey", &AFRICA_ADDIS_ABABA),
    ("UCT", &AFRICA_ABIDJAN),
    ("US/Alaska", &AMERICA_ANCHORAGE),
    ("US/Aleutian", &AMERICA_ADAK),
    ("US/Arizona", &AMERICA_CRESTON),
    ("US/Central", &AMERICA_CHICAGO),
    ("US/East-Indiana", &AMERICA_DETROIT),
    ("US/Eastern", &AMERICA_DETROIT),
    ("US/Hawaii", &ETC_GMT_PLUS_10),
    ("US/Indiana-Starke", &AMERICA_CHICAGO),
    ("US/Michigan", &AMERICA_DETROIT),
    ("US/Mountain", &AMERICA_BOISE),
    ("US/Pacific", &AMERICA_ENSENADA),
    ("US/Samoa", &ETC_GMT_PLUS_11),
    ("UTC", &AFRICA_ABIDJAN),
    ("Universal", &AFRICA_ABIDJAN),
    ("W-SU", &AFRICA_ADDIS_ABABA),
    ("WET", &ATLANTIC_CANARY),
    ("Zulu", &AFRICA_ABIDJAN),
];
/// The letters of the longest of them.
#[cfg(feature = "tzdb")]
pub(super) const LONGEST: usize = 32;

#[cfg(feature = "tzdb")]
pub(super) const BLOCK: usize = 16;
#[cfg(feature = "tzdb")]
pub(super) static SHARED: Code = Code {
    counts: &[0, 1, 3, 4, 1, 3, 3, 4, 4],
    symbols: &[9, 7, 8, 10, 0, 1, 6, 11, 5, 3, 12, 18, 2, 13, 16, 4, 14, 17, 20, 15, 19, 21, 22],
};
#[cfg(feature = "tzdb")]
pub(super) static LETTERS: Code = Code {
    counts: &[0, 0, 2, 5, 5, 9, 7, 15, 9, 6, 8],
    symbols: &[
        0, 97, 101, 105, 110, 111, 114, 99, 108, 115, 116, 117, 47, 95, 98, 100, 103, 104, 107, 109, 121, 65, 67, 77,
        83, 84, 112, 118, 45, 66, 68, 69, 71, 72, 73, 75, 78, 80, 82, 102, 106, 119, 122, 48, 74, 76, 85, 86, 87, 89,
        113, 120, 49, 50, 70, 79, 81, 90, 43, 51, 52, 53, 54, 55, 56, 57,
    ],
};
#[cfg(feature = "tzdb")]
pub(super) static NUMBERS: Code = Code {
    counts: &[0, 0, 0, 4, 10, 15, 7, 26, 24],
    symbols: &[],
};
#[cfg(feature = "tzdb")]
pub(super) static RULES: [Rules; 86] = [
    AFRICA_ABIDJAN, AFRICA_CEUTA, AMERICA_ANGUILLA, AMERICA_ARAGUAINA, AFRICA_ADDIS_ABABA, AFRICA_BLANTYRE,
    AMERICA_ATIKOKAN, AMERICA_CHICAGO, AMERICA_DETROIT, ANTARCTICA_DAVIS, ANTARCTICA_MAWSON, ASIA_BRUNEI,
    ASIA_FAMAGUSTA, ATLANTIC_CANARY, AFRICA_ALGIERS, AMERICA_ANCHORAGE, AMERICA_BELIZE, AMERICA_BOISE,
    AMERICA_CRESTON, AMERICA_ENSENADA, AMERICA_GLACE_BAY, ANTARCTICA_DUMONTDURVILLE, ANTARCTICA_MACQUARIE,
    ASIA_ANADYR, ASIA_BAKU, ASIA_BISHKEK, ASIA_CHITA, ASIA_MAGADAN, ETC_GMT_PLUS_10, AMERICA_BAHIA_BANDERAS,
    AMERICA_EDMONTON, AMERICA_NORONHA, ANTARCTICA_MCMURDO, AUSTRALIA_ADELAIDE, ETC_GMT_PLUS_11, ETC_GMT_MINUS_13,
    AFRICA_CASABLANCA, AMERICA_ADAK, AMERICA_DAWSON, AMERICA_GODTHAB, AMERICA_HAVANA, AMERICA_MAZATLAN,
    AMERICA_RAINY_RIVER, AMERICA_SANTIAGO, AMERICA_ST_JOHNS, AMERICA_VANCOUVER, ASIA_ALMATY, ASIA_CALCUTTA,
    ASIA_GAZA, ASIA_JERUSALEM, ASIA_KATHMANDU, ASIA_RANGOON, ASIA_TEHRAN, ATLANTIC_CAPE_VERDE, AUSTRALIA_DARWIN,
    AUSTRALIA_LHI, CHILE_EASTERISLAND, ETC_GMT_PLUS_8, ETC_GMT_PLUS_9, ETC_GMT_MINUS_14, EUROPE_CHISINAU,
    NZ_MINUS_CHAT, AFRICA_CAIRO, AFRICA_JUBA, AMERICA_ASUNCION, AMERICA_CHIHUAHUA, AMERICA_CIUDAD_JUAREZ,
    AMERICA_COYHAIQUE, AMERICA_MIQUELON, AMERICA_OJINAGA, AMERICA_SCORESBYSUND, ANTARCTICA_CASEY, ANTARCTICA_TROLL,
    ANTARCTICA_VOSTOK, ASIA_AMMAN, ASIA_BEIRUT, ASIA_DAMASCUS, ASIA_KABUL, ATLANTIC_AZORES, AUSTRALIA_EUCLA,
    ETC_GMT_PLUS_12, EUROPE_VOLGOGRAD, PACIFIC_APIA, PACIFIC_FIJI, PACIFIC_MARQUESAS, PACIFIC_NORFOLK,
];
#[cfg(feature = "tzdb")]
pub(super) static BLOCKS: [u16; 38] = [
    0, 669, 1419, 2122, 3007, 3784, 4547, 5305, 6074, 6978, 7708, 8462, 9393, 10168, 11038, 11894, 12527, 13228,
    13982, 14665, 15415, 16236, 17084, 17843, 18728, 19314, 19735, 20378, 21148, 21788, 22431, 23115, 23805, 24524,
    25285, 25997, 26662, 27419,
];
#[cfg(feature = "tzdb")]
pub(super) static BITS: [u8; 3460] = [
    181, 123, 13, 77, 236, 118, 131, 142, 111, 52, 128, 83, 10, 2, 60, 142, 90, 250, 221, 192, 129, 16, 206, 147,
    74, 20, 36, 46, 43, 131, 16, 145, 32, 132, 174, 185, 114, 113, 0, 54, 53, 69, 146, 183, 150, 1, 214, 82, 216, 0,
    206, 180, 186, 133, 64, 58, 248, 241, 193, 139, 230, 44, 72, 220, 222, 218, 58, 180, 32, 164, 246, 212, 112,
    188, 160, 112, 200, 180, 68, 108, 89, 90, 37, 176, 118, 175, 161, 137, 221, 222, 141, 75, 108, 0, 221, 112, 97,
    0, 136, 94, 74, 127, 100, 38, 87, 8, 191, 233, 224, 173, 42, 132, 189, 49, 19, 137, 110, 115, 191, 163, 54, 195,
    150, 254, 8, 145, 234, 239, 6, 208, 29, 7, 15, 55, 129, 212, 61, 131, 33, 144, 250, 236, 51, 205, 164, 12, 45,
    38, 72, 183, 129, 120, 169, 71, 174, 103, 102, 66, 120, 102, 84, 111, 43, 164, 117, 98, 86, 72, 172, 204, 44,
    68, 162, 47, 156, 188, 32, 169, 221, 107, 104, 98, 247, 69, 135, 144, 139, 230, 44, 72, 236, 171, 0, 220, 104,
    35, 145, 48, 180, 117, 96, 153, 21, 146, 194, 133, 144, 58, 48, 115, 112, 36, 156, 91, 117, 72, 138, 68, 131,
    244, 192, 129, 38, 144, 246, 137, 163, 150, 185, 65, 96, 225, 23, 37, 64, 79, 212, 240, 65, 33, 60, 190, 113,
    21, 35, 18, 43, 87, 217, 144, 216, 27, 151, 52, 123, 173, 0, 253, 217, 56, 113, 244, 54, 121, 3, 212, 238, 53,
    52, 177, 123, 246, 168, 126, 245, 228, 23, 71, 162, 35, 189, 63, 249, 42, 0, 157, 116, 29, 218, 82, 27, 192,
    161, 103, 207, 10, 233, 102, 90, 144, 232, 187, 218, 56, 187, 44, 144, 189, 74, 104, 98, 183, 27, 185, 96, 27,
    75, 179, 7, 39, 65, 154, 169, 105, 206, 4, 165, 234, 212, 8, 34, 56, 53, 170, 17, 156, 73, 172, 170, 177, 187,
    110, 98, 94, 250, 157, 134, 20, 240, 179, 103, 229, 202, 72, 4, 255, 245, 213, 199, 23, 189, 112, 228, 69, 9,
    254, 141, 209, 7, 130, 159, 207, 237, 173, 109, 224, 218, 173, 18, 154, 216, 237, 98, 18, 171, 106, 236, 190,
    176, 127, 81, 127, 35, 248, 57, 136, 141, 254, 65, 240, 243, 162, 222, 223, 49, 103, 153, 188, 128, 159, 35,
    115, 37, 248, 215, 250, 207, 141, 6, 254, 255, 165, 105, 1, 63, 167, 150, 218, 74, 3, 63, 95, 203, 220, 168, 4,
    167, 13, 4, 81, 154, 37, 117, 195, 43, 170, 46, 190, 208, 160, 178, 16, 219, 190, 230, 172, 4, 191, 251, 107,
    218, 40, 193, 130, 89, 98, 224, 232, 5, 132, 100, 89, 193, 181, 91, 37, 52, 177, 187, 150, 172, 31, 130, 140,
    76, 75, 87, 71, 14, 217, 13, 132, 179, 255, 166, 165, 18, 148, 201, 43, 161, 162, 69, 144, 211, 196, 188, 244,
    59, 13, 41, 96, 239, 185, 14, 161, 227, 36, 253, 53, 55, 228, 123, 246, 254, 46, 104, 163, 128, 98, 169, 25, 84,
    130, 137, 5, 148, 202, 149, 145, 8, 206, 38, 102, 2, 222, 149, 6, 197, 172, 137, 147, 67, 239, 220, 56, 55, 226,
    53, 218, 70, 142, 253, 231, 198, 144, 15, 188, 169, 221, 42, 161, 137, 221, 222, 131, 185, 191, 103, 12, 222, 2,
    106, 71, 31, 8, 78, 169, 236, 95, 52, 17, 89, 182, 153, 250, 179, 9, 222, 18, 82, 170, 27, 10, 154, 114, 32, 40,
    193, 68, 7, 249, 134, 182, 50, 150, 50, 243, 98, 128, 188, 23, 55, 236, 124, 247, 251, 16, 89, 80, 32, 118, 145,
    64, 158, 26, 174, 21, 6, 95, 213, 52, 17, 228, 219, 113, 117, 171, 110, 152, 163, 209, 76, 206, 2, 69, 238, 143,
    204, 23, 142, 30, 200, 106, 183, 74, 104, 98, 119, 107, 69, 140, 35, 81, 250, 15, 143, 218, 63, 73, 46, 110, 40,
    222, 223, 185, 153, 192, 220, 204, 242, 65, 176, 239, 50, 147, 244, 215, 220, 80, 225, 99, 157, 57, 96, 55, 94,
    164, 191, 230, 134, 138, 160, 141, 253, 169, 197, 2, 19, 49, 142, 4, 209, 56, 74, 246, 118, 22, 208, 86, 89,
    153, 137, 108, 55, 254, 108, 154, 161, 178, 209, 8, 242, 61, 179, 190, 242, 23, 170, 92, 104, 196, 30, 18, 171,
    23, 205, 217, 81, 212, 110, 149, 208, 196, 238, 193, 70, 165, 177, 123, 176, 81, 105, 60, 123, 214, 2, 243, 121,
    52, 255, 5, 253, 57, 48, 196, 38, 135, 249, 60, 75, 149, 40, 67, 139, 9, 230, 115, 146, 156, 251, 189, 214, 13,
    250, 243, 77, 46, 220, 96, 126, 212, 146, 152, 73, 129, 249, 124, 87, 227, 202, 4, 243, 231, 236, 89, 11, 76,
    218, 69, 23, 204, 249, 201, 220, 180, 194, 248, 51, 87, 106, 34, 20, 237, 173, 109, 224, 152, 176, 33, 245, 163,
    88, 109, 105, 217, 186, 47, 222, 180, 92, 52, 103, 129, 249, 57, 184, 85, 77, 146, 179, 195, 212, 110, 149, 208,
    196, 238, 209, 252, 87, 255, 240, 4, 77, 48, 139, 141, 250, 182, 128, 252, 133, 253, 51, 63, 64, 232, 74, 40,
    188, 244, 59, 155, 36, 75, 65, 153, 166, 229, 162, 57, 11, 76, 222, 37, 250, 231, 80, 75, 82, 64, 62, 48, 137,
    58, 56, 198, 169, 17, 217, 221, 10, 40, 161, 147, 87, 208, 86, 53, 253, 217, 4, 148, 202, 213, 195, 11, 116, 62,
    88, 51, 13, 251, 136, 141, 254, 65, 240, 250, 170, 38, 2, 93, 187, 85, 66, 19, 187, 131, 132, 142, 196, 44, 53,
    115, 97, 205, 68, 154, 95, 154, 188, 223, 107, 221, 48, 67, 127, 54, 201, 110, 120, 135, 91, 170, 110, 168, 182,
    74, 132, 108, 152, 189, 47, 58, 138, 131, 239, 16, 102, 152, 187, 72, 4, 43, 200, 79, 44, 133, 13, 6, 121, 239,
    127, 120, 44, 48, 232, 89, 39, 55, 24, 124, 21, 164, 9, 183, 153, 88, 108, 157, 251, 27, 46, 94, 217, 93, 75,
    203, 156, 161, 255, 237, 197, 170, 4, 116, 237, 86, 9, 77, 236, 158, 60, 234, 220, 223, 112, 241, 202, 238, 73,
    222, 251, 35, 179, 172, 208, 180, 182, 96, 215, 127, 190, 169, 113, 34, 222, 251, 153, 198, 149, 80, 59, 153,
    70, 109, 54, 193, 36, 184, 50, 116, 112, 48, 179, 139, 233, 47, 20, 120, 212, 43, 182, 171, 231, 80, 75, 2, 115,
    247, 254, 218, 31, 207, 84, 3, 221, 222, 239, 82, 8, 212, 247, 55, 201, 179, 131, 104, 18, 213, 251, 23, 77, 14,
    138, 85, 246, 187, 16, 99, 1, 251, 133, 106, 91, 255, 162, 23, 9, 28, 196, 22, 181, 254, 193, 178, 84, 104, 36,
    233, 171, 128, 107, 183, 74, 104, 98, 247, 34, 147, 26, 145, 165, 120, 110, 85, 160, 81, 239, 175, 131, 150, 28,
    10, 47, 12, 117, 176, 143, 180, 202, 254, 161, 112, 144, 140, 242, 29, 178, 130, 111, 229, 228, 56, 188, 189,
    191, 241, 85, 109, 114, 80, 188, 127, 102, 203, 14, 38, 121, 72, 25, 182, 210, 108, 196, 7, 102, 61, 135, 167,
    5, 57, 90, 23, 34, 165, 246, 215, 140, 58, 75, 150, 117, 3, 237, 103, 159, 173, 224, 104, 31, 181, 214, 2, 218,
    47, 45, 41, 65, 181, 91, 37, 52, 177, 59, 214, 254, 52, 251, 202, 2, 218, 111, 106, 73, 172, 130, 120, 215, 215,
    218, 239, 91, 132, 88, 69, 230, 147, 76, 45, 233, 196, 124, 38, 50, 230, 150, 5, 213, 218, 40, 209, 95, 115,
    131, 65, 223, 26, 141, 40, 241, 112, 171, 14, 179, 213, 51, 65, 254, 70, 75, 222, 46, 18, 56, 70, 99, 82, 3,
    249, 251, 172, 85, 102, 143, 34, 216, 65, 205, 244, 44, 19, 14, 252, 131, 75, 171, 172, 72, 145, 156, 253, 125,
    49, 125, 21, 204, 219, 42, 35, 85, 77, 236, 246, 44, 178, 225, 99, 237, 172, 50, 82, 213, 196, 238, 134, 23, 45,
    176, 119, 91, 221, 234, 205, 215, 184, 104, 206, 130, 122, 15, 76, 63, 27, 67, 5, 205, 251, 189, 184, 193, 221,
    233, 208, 98, 116, 44, 247, 153, 121, 149, 0, 239, 139, 215, 89, 130, 224, 61, 122, 171, 115, 255, 236, 89, 176,
    188, 55, 127, 39, 196, 158, 194, 115, 198, 167, 253, 230, 165, 250, 130, 207, 29, 169, 106, 234, 190, 184, 77,
    155, 48, 134, 77, 12, 216, 69, 217, 237, 70, 49, 136, 201, 43, 235, 134, 147, 89, 87, 26, 190, 140, 113, 220, 2,
    109, 237, 138, 178, 219, 253, 172, 108, 112, 246, 65, 224, 166, 204, 19, 7, 86, 56, 47, 51, 7, 142, 112, 83,
    183, 96, 131, 59, 215, 156, 230, 145, 35, 132, 230, 160, 26, 132, 150, 134, 78, 54, 45, 190, 192, 42, 140, 45,
    195, 142, 104, 180, 138, 175, 163, 101, 94, 100, 65, 63, 209, 76, 20, 254, 236, 153, 83, 171, 149, 56, 157, 89,
    43, 49, 200, 117, 96, 46, 52, 248, 218, 21, 101, 183, 159, 221, 166, 159, 106, 19, 188, 154, 77, 139, 218, 4,
    63, 158, 125, 29, 28, 167, 231, 134, 41, 17, 189, 86, 150, 212, 10, 190, 205, 204, 133, 232, 71, 179, 98, 152,
    54, 80, 209, 169, 204, 180, 65, 224, 206, 31, 92, 57, 181, 82, 137, 112, 238, 248, 65, 156, 157, 123, 198, 160,
    6, 63, 50, 132, 27, 206, 198, 251, 253, 172, 253, 65, 109, 134, 149, 77, 253, 163, 219, 4, 175, 203, 8, 91, 187,
    162, 236, 30, 98, 105, 181, 44, 240, 83, 42, 109, 104, 25, 226, 124, 230, 194, 168, 132, 213, 198, 115, 11, 98,
    24, 137, 86, 152, 101, 197, 249, 121, 228, 208, 50, 190, 107, 77, 51, 235, 66, 180, 10, 166, 89, 225, 84, 230,
    137, 129, 94, 117, 94, 105, 99, 195, 133, 87, 218, 216, 112, 49, 51, 109, 220, 38, 98, 24, 207, 11, 43, 113, 58,
    193, 98, 190, 49, 202, 2, 59, 141, 153, 253, 151, 182, 158, 91, 192, 43, 205, 106, 19, 124, 237, 138, 178, 123,
    108, 239, 212, 10, 113, 14, 76, 116, 120, 26, 188, 38, 142, 52, 140, 90, 88, 10, 3, 94, 166, 153, 240, 211, 74,
    98, 69, 119, 158, 52, 121, 81, 34, 140, 95, 124, 105, 31, 38, 181, 44, 176, 20, 29, 52, 202, 2, 123, 254, 92,
    203, 130, 126, 130, 25, 238, 60, 207, 230, 107, 255, 44, 54, 195, 142, 91, 85, 26, 23, 216, 217, 220, 166, 141,
    54, 97, 56, 127, 177, 50, 32, 106, 87, 148, 221, 95, 94, 42, 141, 27, 78, 102, 251, 216, 178, 199, 72, 184, 243,
    66, 155, 220, 13, 151, 163, 27, 199, 25, 226, 28, 169, 147, 27, 172, 150, 153, 89, 13, 163, 86, 198, 66, 27,
    225, 70, 188, 101, 12, 51, 211, 166, 153, 10, 63, 106, 19, 207, 30, 2, 63, 33, 163, 201, 226, 121, 91, 203, 130,
    241, 156, 168, 103, 81, 120, 149, 121, 17, 171, 112, 51, 104, 214, 162, 232, 70, 230, 160, 225, 74, 185, 223,
    93, 244, 130, 243, 218, 21, 101, 119, 154, 117, 29, 26, 122, 206, 115, 67, 63, 190, 108, 142, 65, 107, 89, 96,
    207, 215, 183, 102, 83, 255, 76, 27, 105, 19, 252, 100, 210, 6, 178, 50, 224, 109, 253, 53, 171, 7, 252, 68, 91,
    127, 42, 250, 41, 245, 234, 73, 130, 168, 207, 55, 21, 171, 74, 19, 216, 201, 28, 245, 226, 165, 250, 130, 250,
    252, 224, 210, 106, 89, 48, 200, 38, 55, 92, 142, 44, 172, 18, 106, 67, 139, 9, 78, 33, 23, 26, 186, 174, 153,
    86, 53, 117, 187, 15, 15, 41, 248, 81, 187, 154, 105, 85, 83, 119, 45, 177, 182, 145, 168, 216, 211, 24, 27,
    226, 158, 165, 255, 38, 49, 10, 174, 249, 131, 18, 46, 136, 27, 46, 136, 124, 166, 245, 7, 110, 98, 64, 14, 28,
    69, 131, 136, 188, 200, 182, 188, 241, 162, 11, 128, 163, 183, 58, 247, 119, 226, 49, 41, 177, 72, 237, 239, 37,
    139, 17, 176, 180, 44, 27, 184, 91, 169, 193, 172, 236, 118, 251, 19, 154, 29, 37, 83, 71, 193, 42, 215, 161,
    101, 160, 9, 234, 219, 23, 177, 254, 94, 115, 198, 42, 123, 218, 32, 17, 68, 83, 187, 86, 106, 48, 43, 187, 125,
    139, 80, 65, 147, 27, 198, 187, 26, 110, 114, 219, 82, 38, 126, 230, 222, 7, 70, 69, 147, 47, 247, 15, 184, 93,
    181, 81, 86, 26, 234, 245, 24, 251, 123, 127, 23, 220, 230, 32, 121, 240, 22, 38, 104, 242, 116, 252, 142, 102,
    61, 234, 140, 155, 60, 75, 212, 25, 62, 127, 53, 17, 43, 153, 54, 162, 206, 209, 91, 157, 177, 218, 109, 52,
    217, 208, 228, 196, 178, 210, 148, 104, 242, 77, 83, 245, 80, 162, 169, 93, 43, 53, 152, 149, 221, 119, 41, 21,
    62, 63, 104, 201, 223, 213, 140, 88, 213, 117, 240, 67, 115, 183, 75, 33, 80, 186, 145, 39, 15, 183, 153, 88,
    232, 150, 165, 130, 245, 93, 74, 5, 213, 254, 246, 4, 236, 227, 233, 63, 251, 155, 19, 116, 211, 56, 178, 219,
    213, 76, 171, 154, 80, 105, 47, 86, 131, 25, 7, 186, 101, 169, 18, 6, 163, 131, 55, 171, 84, 195, 92, 79, 242,
    254, 234, 205, 198, 76, 27, 113, 164, 103, 38, 125, 213, 132, 99, 29, 89, 22, 214, 52, 203, 59, 13, 153, 126,
    180, 197, 13, 59, 181, 159, 53, 75, 183, 119, 171, 106, 98, 149, 25, 135, 115, 203, 82, 37, 30, 74, 166, 141,
    184, 235, 54, 16, 123, 117, 123, 123, 66, 232, 227, 9, 234, 250, 247, 237, 205, 9, 166, 167, 237, 92, 241, 162,
    53, 4, 177, 107, 234, 238, 14, 39, 128, 254, 241, 9, 224, 223, 112, 205, 39, 76, 252, 134, 53, 191, 227, 151,
    127, 199, 194, 255, 4, 215, 109, 77, 221, 221, 225, 244, 143, 127, 129, 252, 111, 40, 255, 7, 153, 255, 139,
    194, 255, 195, 189, 255, 143, 7, 93, 125, 2, 248, 55, 36, 124, 66, 205, 111, 24, 249, 29, 45, 255, 196, 134,
    127, 225, 209, 191, 67, 250, 159, 16, 254, 23, 186, 186, 173, 169, 187, 59, 156, 174, 254, 13, 231, 255, 160,
    247, 127, 97, 253, 63, 120, 255, 31, 131, 62, 1, 78, 136, 216, 187, 166, 25, 240, 245, 117, 127, 2, 156, 211,
    30, 112, 76, 47, 18, 133, 25, 240, 245, 119, 203, 13, 208, 45, 252, 44, 221, 110, 45, 85, 98, 228, 10, 180, 141,
    30, 65, 160, 75, 13, 46, 51, 13, 157, 235, 44, 86, 16, 116, 45, 249, 149, 165, 34, 214, 109, 11, 63, 75, 119,
    45, 121, 10, 142, 2, 36, 178, 26, 208, 193, 170, 37, 243, 66, 32, 173, 20, 201, 5, 232, 150, 102, 134, 148, 138,
    192, 200, 179, 148, 10, 164, 168, 77, 98, 64, 237, 103, 45, 106, 108, 120, 178, 159, 197, 102, 78, 98, 64, 221,
    180, 33, 171, 33, 234, 78, 135, 96, 174, 12, 160, 155, 132, 21, 217, 16, 117, 47, 185, 168, 45, 138, 160, 135,
    146, 165, 247, 215, 254, 64, 67, 164, 210, 134, 150, 33, 244, 89, 162, 200, 134, 88, 183, 45, 252, 44, 221, 35,
    179, 154, 218, 20, 28, 33, 173, 114, 65, 32, 252, 2, 225, 77, 47, 8, 250, 162, 101, 112, 67, 244, 91, 27, 242,
    27, 141, 64, 187, 141, 110, 136, 110, 191, 100, 29, 188, 197, 4, 212, 129, 99, 232, 8, 36, 87, 2, 9, 149, 153,
    171, 33, 88, 173, 44, 16, 118, 99, 114, 32, 37, 249, 59, 132, 158, 52, 121, 81, 34, 232, 207, 146, 29, 88, 183,
    45, 252, 44, 221, 51, 67, 11, 208, 62, 78, 30, 154, 8, 116, 112, 106, 2, 212, 139, 78, 68, 176, 175, 2, 212,
    145, 43, 131, 232, 176, 254, 192, 80, 115, 32, 193, 55, 185, 56, 112, 171, 95, 208, 89, 215, 87, 9, 63, 123,
    134, 240, 226, 231, 55, 1, 218, 95, 149, 8, 174, 158, 150, 217, 243, 10, 212, 137, 57, 171, 25, 130, 53, 104, 2,
    220, 114, 246, 140, 167, 186, 109, 225, 103, 233, 190, 230, 141, 230, 151, 178, 160, 243, 199, 60, 121, 248,
    136, 160, 111, 28, 219, 7, 144, 170, 137, 6, 180, 138, 25, 129, 100, 211, 86, 16, 236, 121, 242, 41, 56, 226,
    183, 190, 51, 10, 223, 129, 250, 155, 83, 200, 0, 228, 236, 225, 31, 243, 38, 8, 110, 161, 105, 6, 214, 31, 76,
    213, 99, 3, 212, 221, 53, 226, 235, 234, 86, 67, 16, 251, 112, 2, 92, 255, 248, 4, 168, 187, 195, 233, 234, 19,
    224, 250, 4, 232, 16, 177, 119, 77, 51, 160, 238, 143, 39, 76, 237, 54, 45, 110, 19, 124, 61, 36, 201, 180, 17,
    208, 54, 42, 173, 219, 89, 165, 209, 24, 122, 113, 8, 237, 103, 78, 94, 208, 19, 90, 234, 202, 2, 107, 79, 94,
    112, 201, 234, 225, 16, 122, 148, 152, 154, 100, 49, 56, 29, 56, 11, 58, 242, 168, 23, 41, 112, 180, 208, 170,
    173, 160, 99, 243, 90, 5, 162, 30, 108, 84, 90, 247, 34, 205, 212, 13, 93, 7, 13, 87, 93, 130, 146, 113, 94,
    159, 185, 82, 19, 161, 94, 103, 26, 134, 122, 124, 231, 27, 179, 168, 161, 173, 47, 58, 108, 132, 172, 195, 237,
    9, 216, 199, 19, 138, 235, 191, 135, 155, 19, 242, 150, 95, 154, 188, 187, 230, 27, 159, 60, 170, 160, 220, 99,
    11, 236, 235, 78, 76, 130, 25, 179, 122, 250, 27, 203, 215, 213, 254, 126, 119, 194, 115, 243, 194, 55, 71, 94,
    207, 47, 123, 248, 62, 158, 254, 247, 124, 115, 66, 217, 76, 250, 170, 169, 219, 157, 149, 248, 67, 75, 75, 166,
    141, 88, 250, 218, 219, 68, 181, 139, 230, 44, 24, 189, 159, 89, 103, 174, 120, 78, 107, 11, 106, 223, 178, 84,
    9, 220, 241, 202, 42, 24, 177, 81, 98, 104, 177, 97, 227, 63, 184, 208, 95, 29, 27, 244, 77, 241, 151, 102, 124,
    109, 85, 209, 250, 142, 153, 103, 78, 94, 144, 101, 29, 84, 2, 15, 52, 142, 204, 137, 198, 140, 177, 158, 153,
    244, 85, 83, 119, 215, 184, 162, 246, 189, 155, 231, 150, 27, 38, 127, 246, 217, 74, 117, 195, 228, 71, 90, 117,
    195, 6, 13, 173, 186, 178, 42, 30, 241, 18, 20, 140, 188, 243, 141, 89, 212, 208, 250, 192, 183, 22, 142, 54,
    241, 179, 73, 97, 193, 63, 116, 124, 231, 134, 181, 159, 216, 162, 161, 69, 155, 96, 141, 199, 171, 231, 5, 255,
    211, 86, 33, 70, 63, 115, 242, 254, 153, 147, 99, 157, 204, 134, 161, 158, 153, 244, 85, 83, 247, 172, 53, 81,
    195, 112, 143, 207, 118, 22, 197, 24, 227, 89, 48, 38, 106, 127, 240, 144, 50, 108, 168, 253, 194, 240, 234, 54,
    17, 147, 143, 212, 51, 13, 117, 86, 39, 214, 62, 113, 214, 170, 152, 18, 124, 39, 90, 220, 38, 86, 158, 27, 54,
    68, 91, 80, 251, 59, 23, 65, 155, 156, 181, 160, 245, 15, 158, 81, 183, 103, 218, 8, 124, 69, 109, 19, 51, 98,
    189, 252, 185, 135, 127, 61, 98, 168, 163, 218, 196, 179, 135, 192, 215, 169, 197, 34, 27, 68, 125, 221, 159, 0,
    125, 236, 118, 153, 101, 33, 210, 35, 173, 42, 13, 219, 95, 161, 31, 110, 68, 113, 237, 197, 106, 48, 67, 95,
    183, 44, 245, 234, 193, 70, 165, 17, 70, 18, 6, 115, 221, 243, 157, 170, 152, 174, 7, 27, 149, 198, 171, 99,
    101, 44, 2, 125, 29, 52, 205, 58, 209, 96, 190, 188, 89, 165, 26, 242, 235, 153, 73, 95, 53, 161, 172, 175, 199,
    238, 200, 213, 137, 117, 159, 246, 128, 54, 189, 72, 20, 102, 64, 125, 191, 58, 126, 133, 232, 219, 19, 98, 253,
    221, 114, 3, 0, 0, 0,
];
