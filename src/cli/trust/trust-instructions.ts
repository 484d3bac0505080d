/** How people make their tools trust the authority by hand. */
export const trustInstructions = `Get the certificate first:   crane ca export -o crane-ca.pem

curl                    curl --cacert crane-ca.pem https://shop-1.localhost:8443
Node                    NODE_EXTRA_CA_CERTS=crane-ca.pem node app.js
Python (requests)       REQUESTS_CA_BUNDLE=crane-ca.pem python app.py
Git                     git -c http.sslCAInfo=crane-ca.pem clone …
Firefox                 Settings, Certificates, View Certificates, Authorities, Import
Chrome, Edge on Linux   certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n crane -i crane-ca.pem
Debian, Ubuntu          sudo cp crane-ca.pem /usr/local/share/ca-certificates/crane-ca.crt && sudo update-ca-certificates
Fedora, RHEL            sudo cp crane-ca.pem /etc/pki/ca-trust/source/anchors/ && sudo update-ca-trust extract
macOS                   sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain crane-ca.pem
Windows                 certutil -user -addstore Root crane-ca.pem

crane ca trust does what is right for this system, after it has said what and has asked; crane ca trust --remove undoes it.
Who trusts the authority trusts whoever can read its key: it lies in ca/ of the data folder, readable by its owner only.
`;
