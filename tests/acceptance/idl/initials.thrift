// Names with abbreviations in every case.
namespace go codegen.test.initials

struct Initials {
    1: string OUrl
    2: string MyUrl
    3: string MYId
    4: string AHeyIdCard
    5: string BHeyIdcard
    6: string CHeyId
    7: string DHeYId
    8: string MyUUid
    9: string HisUUId
    10: string LARGEUUid
    11: string MyHtml
    12: string HistHTml
    13: string My2Html
}

service InitialsService {
    string method1(1: Initials req),
}
